package io.weathervane.completion.builtin;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Orders the words that may be meant: those that begin with the typed text, then those that contain it. */
final class CompletionRanking {
    /** Most words of one answer; a client is sent 100 of them and the number of all. */
    private static final int WORDS_MAX = 1_000;

    private CompletionRanking() {}

    /** Letter case aside; within each of the two in the order they are given. */
    static List<String> of(String typed, List<String> words) {
        String wanted = typed.toLowerCase(Locale.ROOT);
        Stream<String> beginning = words.stream().filter(word -> place(word, wanted) == 0);
        Stream<String> inside = words.stream().filter(word -> place(word, wanted) > 0);
        return Stream.concat(beginning, inside).limit(WORDS_MAX).toList();
    }

    private static int place(String word, String wanted) {
        return word.toLowerCase(Locale.ROOT).indexOf(wanted);
    }
}

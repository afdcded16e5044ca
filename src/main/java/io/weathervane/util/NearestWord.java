package io.weathervane.util;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** The known word a mistyped one most likely meant: of commands, options, tools, flags, keys and all else that has names. */
public final class NearestWord {
    /** Longer words are not compared: the distance table is quadratic. */
    private static final int LENGTH_MAX = 80;

    private NearestWord() {}

    /** The known word within a third of the word's length in edits, letter case aside; empty when none is near. */
    public static Optional<String> to(String word, Collection<String> known) {
        if (word.isEmpty() || word.length() > LENGTH_MAX) {
            return Optional.empty();
        }
        String folded = word.toLowerCase(Locale.ROOT);
        int limit = Math.max(1, word.length() / 3);
        return known.stream()
                .filter(candidate -> candidate.length() <= LENGTH_MAX)
                .min(Comparator.comparingInt(candidate -> distance(folded, candidate.toLowerCase(Locale.ROOT))))
                .filter(candidate -> distance(folded, candidate.toLowerCase(Locale.ROOT)) <= limit);
    }

    /**
     * The edits between two words: a letter more, less or another, or two neighbours in the other order, which is one slip
     * of the fingers and not two (optimal string alignment).
     */
    private static int distance(String a, String b) {
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substitution = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(substitution, 1 + Math.min(last[j], row[j - 1]));
                if (isTransposed(a, i, b, j)) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
            beforeLast = last;
            last = row;
        }
        return last[b.length()];
    }

    /** Whether the two letters that end at these places are the same two in the other order. */
    private static boolean isTransposed(String a, int i, String b, int j) {
        return i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    }
}

package io.weathervane.worker;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The words of a shell's command text that may name a program or a file: quotes and backslashes are taken away, what is
 * only written to (behind {@code >}) is left out, what variables and patterns come to is not known.
 */
final class ShellWordScanner {
    /** Texts in quotes, such as behind {@code sh -c}, are looked at to this depth. */
    private static final int DEPTH_MAX = 3;

    /** Words behind which another program's name comes. */
    private static final Set<String> BEFORE_PROGRAM = Set.of(
            "!", "do", "then", "else", "elif", "if", "while", "until", "exec", "env", "command", "nohup", "sudo",
            "time", "nice", "xargs", "{");

    private final String text;
    private final int depth;
    private final List<Word> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    private boolean inWord;
    private boolean programNext = true;
    private boolean output;

    /** @param program whether it stands where the shell looks for a program */
    record Word(String text, boolean program) {}

    private ShellWordScanner(String text, int depth) {
        this.text = text;
        this.depth = depth;
    }

    static List<Word> of(String text) {
        return new ShellWordScanner(text, 0).split();
    }

    private List<Word> split() {
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && quote != '\'' && i + 1 < text.length()) {
                append(text.charAt(++i));
            } else if (quote != 0 && c == quote) {
                quote = 0;
            } else if (quote != 0) {
                append(c);
            } else if (c == '\'' || c == '"') {
                quote = c;
                inWord = true;
            } else {
                plain(c);
            }
        }
        endWord();
        return List.copyOf(words);
    }

    private void plain(char c) {
        if (Character.isWhitespace(c) && c != '\n') {
            endWord();
        } else if (";&|()`\n".indexOf(c) >= 0) {
            endWord();
            programNext = true;
            output = false;
        } else if (c == '<' || c == '>') {
            endWord();
            output = c == '>';
        } else {
            append(c);
        }
    }

    private void append(char c) {
        word.append(c);
        inWord = true;
    }

    private void endWord() {
        if (!inWord) {
            return;
        }
        String ended = word.toString();
        word.setLength(0);
        inWord = false;
        if (output) {
            output = false;
            return;
        }
        words.add(new Word(ended, programNext));
        assigned(ended).ifPresent(value -> words.add(new Word(value, /* program= */ false)));
        boolean isAssignment = programNext && ended.matches("[A-Za-z_][A-Za-z0-9_]*=.*");
        programNext = isAssignment || BEFORE_PROGRAM.contains(ended);
        if (depth < DEPTH_MAX && ended.chars().anyMatch(Character::isWhitespace)) {
            words.addAll(new ShellWordScanner(ended, depth + 1).split());
        }
    }

    /** {@code --config=FILE} names a file, too. */
    private static Optional<String> assigned(String word) {
        int equals = word.indexOf('=');
        return equals < 0 || equals == word.length() - 1 ? Optional.empty() : Optional.of(word.substring(equals + 1));
    }
}

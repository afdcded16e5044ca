package io.weathervane.upgrade;

import java.util.ArrayList;
import java.util.List;

/** A command line as its words: split at blanks, with single and double quotes and backslashes as a shell has them. */
final class CommandLineSplitter {
    private final String line;
    private final List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    private boolean inWord;
    private char quote;

    private CommandLineSplitter(String line) {
        this.line = line;
    }

    /** @throws UpgradeRefusedException when a quote is not closed, or there is no word */
    static List<String> of(String line) {
        return new CommandLineSplitter(line).split();
    }

    private List<String> split() {
        for (int i = 0; i < line.length(); i++) {
            i += take(line.charAt(i), i);
        }
        if (quote != 0) {
            throw new UpgradeRefusedException("canary: the quote " + quote + " is not closed in: " + line);
        }
        endWord();
        if (words.isEmpty()) {
            throw new UpgradeRefusedException("canary must name a release or a command");
        }
        return List.copyOf(words);
    }

    /** Returns how many characters after this one were taken with it. */
    private int take(char c, int at) {
        if (c == '\\' && quote != '\'' && at + 1 < line.length()) {
            append(line.charAt(at + 1));
            return 1;
        }
        if (quote != 0) {
            if (c == quote) {
                quote = 0;
            } else {
                append(c);
            }
        } else if (c == '\'' || c == '"') {
            quote = c;
            inWord = true;
        } else if (Character.isWhitespace(c)) {
            endWord();
        } else {
            append(c);
        }
        return 0;
    }

    private void append(char c) {
        word.append(c);
        inWord = true;
    }

    private void endWord() {
        if (inWord) {
            words.add(word.toString());
            word.setLength(0);
            inWord = false;
        }
    }
}

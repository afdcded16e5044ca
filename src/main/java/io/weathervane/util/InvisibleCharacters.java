package io.weathervane.util;

/**
 * Characters that no reader sees: format characters such as a zero-width space, fillers, and the colours of a terminal.
 * A name with one inside reads as the name and is another text.
 */
final class InvisibleCharacters {
    private static final char ESCAPE = 0x1b;
    private static final char DELETE = 0x7f;
    private static final char NEXT_LINE = 0x85;
    private static final int SEQUENCE_LENGTH_MAX = 32;

    private InvisibleCharacters() {}

    static boolean isIn(String text) {
        return first(text) < text.length();
    }

    /** The text itself where there are none. */
    static String without(String text) {
        int at = first(text);
        if (at == text.length()) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length()).append(text, 0, at);
        while (at < text.length()) {
            int c = text.codePointAt(at);
            if (c == ESCAPE) {
                at = endOfSequence(text, at);
            } else {
                if (!isInvisible(c)) {
                    out.appendCodePoint(c);
                }
                at += Character.charCount(c);
            }
        }
        return out.toString();
    }

    /** Where the first one is, or the length of the text. */
    private static int first(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < ' ' || c >= DELETE) && isInvisible(Character.isHighSurrogate(c) ? text.codePointAt(i) : c)) {
                return i;
            }
        }
        return text.length();
    }

    private static boolean isInvisible(int c) {
        if (c < ' ' || (c >= DELETE && c <= 0x9f)) {
            return !Character.isWhitespace(c) && c != NEXT_LINE;
        }
        return c > DELETE && (Character.getType(c) == Character.FORMAT || isFiller(c));
    }

    /** Unicode's further characters that are ignored when a text is shown: joiners, fillers, variation selectors. */
    private static boolean isFiller(int c) {
        return c == 0x34f
                || c == 0x115f
                || c == 0x1160
                || c == 0x17b4
                || c == 0x17b5
                || (c >= 0x180b && c <= 0x180f)
                || c == 0x3164
                || (c >= 0xfe00 && c <= 0xfe0f)
                || c == 0xffa0
                || (c >= 0xe0000 && c <= 0xe0fff);
    }

    /** Behind {@code ESC [ 3 1 m}; behind the escape alone where no such sequence follows. */
    private static int endOfSequence(String text, int escape) {
        int at = escape + 1;
        if (at == text.length() || text.charAt(at) != '[') {
            return at;
        }
        int limit = Math.min(text.length(), at + SEQUENCE_LENGTH_MAX);
        at++;
        while (at < limit && text.charAt(at) < '@') {
            at++;
        }
        return at < limit ? at + 1 : escape + 1;
    }
}

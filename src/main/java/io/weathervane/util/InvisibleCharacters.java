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
        return c > DELETE && (Character.getType(c) == Character.FORMAT || isFiller(c) || isVariationSelector(c));
    }

    /**
     * Letters and marks of nothing: Unicode's Default_Ignorable_Code_Point, but format characters, which have a category of their own,
     * and the selectors of {@link #isVariationSelector}.
     */
    static boolean isFiller(int c) {
        return switch (c) {
            case 0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180F, 0x2065, 0x3164, 0xFFA0 -> true;
            default -> isWithin(c, 0x180B, 0x180D) || isWithin(c, 0xFFF0, 0xFFF8) || isWithin(c, 0xE0000, 0xE0FFF);
        };
    }

    /** Whether it chooses a form of the character before it, such as that of an emoji. */
    private static boolean isVariationSelector(int c) {
        return isWithin(c, 0xFE00, 0xFE0F);
    }

    private static boolean isWithin(int c, int first, int last) {
        return c >= first && c <= last;
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

package io.weathervane.util;

/**
 * Text of others made fit to be shown: on a terminal, in a log that a person tails, in a question to a person. What
 * moves a cursor, turns the reading direction, breaks a line where none is seen, or is not seen at all, is written out
 * as {@code \\u001b}; so a text cannot pass for one of ours, and an attempt is visible. Text without such characters is
 * returned as it is.
 */
public final class SafeText {
    /** What stands for the rest of a text that was cut. */
    private static final String CUT = "…";

    private static final int LOGGED_LENGTH_MAX = 2000;

    /** A name longer than this is no name. */
    private static final int NAME_LENGTH_MAX = 200;

    private static final String LOWER = "0123456789abcdef";

    /** As the lines of the audit's files have had it from the beginning. */
    private static final String UPPER = "0123456789ABCDEF";

    private SafeText() {}

    /** On one line: tabs and line breaks of all kinds become blanks. */
    public static String line(String text) {
        return converted(text, SafeText::appendToLine);
    }

    /** The first {@code lengthMax} characters, on one line; a mark stands for the rest. */
    public static String line(String text, int lengthMax) {
        return line(cut(text, lengthMax));
    }

    /** On several lines: line feeds and tabs stay, and a carriage return before a line feed goes. */
    public static String lines(String text) {
        return converted(text.indexOf('\r') < 0 ? text : text.replace("\r\n", "\n"), SafeText::appendToLines);
    }

    /** For use between double quotes: nothing in it ends the quotes or the line. */
    public static String quotable(String text) {
        return converted(text, SafeText::appendQuotable);
    }

    /** As a value in a line of the log, between double quotes: quotable, and of bounded length. */
    public static String logged(String text) {
        return quotable(cut(text, LOGGED_LENGTH_MAX));
    }

    /** The text on one line in double quotes of its own; those within it become single ones. */
    public static String quoted(String text) {
        return '"' + line(text).replace('"', '\'') + '"';
    }

    /** JSON text with the same meaning: what is not fit to be shown is in the escapes of JSON. */
    public static String json(String json) {
        return converted(json, SafeText::appendToLines);
    }

    /** The first {@code lengthMax} characters and a mark for the rest; a pair of surrogates stays whole. */
    public static String cut(String text, int lengthMax) {
        if (text.length() <= lengthMax) {
            return text;
        }
        boolean splits = lengthMax > 0 && Character.isHighSurrogate(text.charAt(lengthMax - 1));
        return text.substring(0, splits ? lengthMax - 1 : lengthMax) + CUT;
    }

    /** Whether a person can be known by this: it is seen, it is seen as it is, and it is on one line. */
    public static boolean isName(String text) {
        return !text.isBlank()
                && text.length() <= NAME_LENGTH_MAX
                && text.strip().length() == text.length()
                && text.codePoints().noneMatch(c -> isUnsafe(c) || (Character.isSpaceChar(c) && c != ' '));
    }

    /** Whether a character is not shown as itself, or changes how others are shown. */
    public static boolean isUnsafe(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> true;
            default -> isInvisible(codePoint);
        };
    }

    /** Fillers and what is no character; the selectors that choose a form of an emoji are shown with it. */
    private static boolean isInvisible(int c) {
        return InvisibleCharacters.isFiller(c) || (c & 0xFFFE) == 0xFFFE;
    }

    /** Writes one character in a certain form. */
    private interface Form {
        void append(StringBuilder out, int codePoint);
    }

    private static String converted(String text, Form form) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        int next;
        for (int at = 0; at < text.length(); at = next) {
            int codePoint = text.codePointAt(at);
            next = at + Character.charCount(codePoint);
            form.append(out, codePoint);
        }
        return out.length() == text.length() && text.contentEquals(out) ? text : out.toString();
    }

    private static void appendToLine(StringBuilder out, int c) {
        boolean isBreak = (c >= '\t' && c <= '\r') || c == 0x85 || c == 0x2028 || c == 0x2029;
        appendShown(out, isBreak ? ' ' : c, LOWER);
    }

    private static void appendToLines(StringBuilder out, int c) {
        if (c == '\n' || c == '\t') {
            out.append((char) c);
        } else {
            appendShown(out, c, LOWER);
        }
    }

    private static void appendQuotable(StringBuilder out, int c) {
        switch (c) {
            case '"', '\\' -> out.append('\\').append((char) c);
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            default -> appendShown(out, c, UPPER);
        }
    }

    private static void appendShown(StringBuilder out, int c, String digits) {
        if (isUnsafe(c)) {
            for (char unit : Character.toChars(c)) {
                out.append("\\u");
                for (int shift = 12; shift >= 0; shift -= 4) {
                    out.append(digits.charAt(unit >> shift & 0xF));
                }
            }
        } else {
            out.appendCodePoint(c);
        }
    }
}

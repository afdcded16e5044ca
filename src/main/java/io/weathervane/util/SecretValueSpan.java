package io.weathervane.util;

/**
 * Position in a text of the value after a name: within its quotes, or up to the character that ends an unquoted one. It
 * is found by hand, because a regular expression for it recurses once for each character.
 */
record SecretValueSpan(int start, int end) {
    private static final String ALWAYS_ENDS = ";&\"'\\";
    private static final String ENDS_BEFORE_A_GAP = ",)}]";
    private static final String NEVER_BEGINS = "{}()[],";

    boolean isQuoted(String text) {
        return start > 0 && (text.charAt(start - 1) == '"' || text.charAt(start - 1) == '\'');
    }

    static SecretValueSpan at(String text, int from) {
        int escapes = from;
        while (escapes < text.length() && text.charAt(escapes) == '\\') {
            escapes++;
        }
        boolean quoted = escapes < text.length() && (text.charAt(escapes) == '"' || text.charAt(escapes) == '\'');
        if (!quoted) {
            return bare(text, from);
        }
        return escapes > from ? escaped(text, from, escapes + 1) : quoted(text, from + 1, text.charAt(from));
    }

    /** Between {@code \"} and {@code \"}, of a text that is itself inside quotes. */
    private static SecretValueSpan escaped(String text, int from, int start) {
        int end = text.indexOf(text.substring(from, start), start);
        return new SecretValueSpan(start, end < 0 ? text.length() : end);
    }

    private static SecretValueSpan quoted(String text, int start, char quote) {
        int end = start;
        while (end < text.length() && text.charAt(end) != quote && text.charAt(end) != '\n') {
            end += text.charAt(end) == '\\' ? 2 : 1;
        }
        return new SecretValueSpan(start, Math.min(end, text.length()));
    }

    private static SecretValueSpan bare(String text, int start) {
        int end = start + scheme(text, start);
        if (end < text.length() && NEVER_BEGINS.indexOf(text.charAt(end)) >= 0) {
            return text.startsWith(Redactor.MARK, end)
                    ? new SecretValueSpan(start, end + Redactor.MARK.length())
                    : new SecretValueSpan(start, start);
        }
        while (end < text.length() && !ends(text, end)) {
            end++;
        }
        return new SecretValueSpan(start, end);
    }

    private static int scheme(String text, int start) {
        for (String scheme : new String[] {"Bearer ", "Basic "}) {
            if (text.regionMatches(/* ignoreCase= */ true, start, scheme, 0, scheme.length())) {
                return scheme.length();
            }
        }
        return 0;
    }

    private static boolean ends(String text, int at) {
        char c = text.charAt(at);
        if (Character.isWhitespace(c) || ALWAYS_ENDS.indexOf(c) >= 0) {
            return true;
        }
        if (ENDS_BEFORE_A_GAP.indexOf(c) < 0) {
            return false;
        }
        if (at + 1 == text.length()) {
            return true;
        }
        char next = text.charAt(at + 1);
        return Character.isWhitespace(next) || (ALWAYS_ENDS + ENDS_BEFORE_A_GAP).indexOf(next) >= 0;
    }
}

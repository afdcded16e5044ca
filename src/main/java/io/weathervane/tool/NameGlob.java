package io.weathervane.tool;

import java.util.regex.Pattern;

/**
 * A pattern for the names of tools as clients see them: {@code *} stands for any characters, also none, {@code ?} for one;
 * all else is itself, in its case.
 *
 * @param text as it was written
 */
public record NameGlob(String text) {
    /** Most characters: a name has at most 64, so a longer pattern says nothing more. */
    public static final int LENGTH_MAX = 128;

    /** What a pattern may be, in words. */
    public static final String ALLOWED =
            "1 to " + LENGTH_MAX + " visible characters without spaces; * is any, ? is one";

    private static final Pattern FORM = Pattern.compile("[!-~]{1," + LENGTH_MAX + "}");

    /** @throws IllegalArgumentException for a text that is no pattern, saying what is allowed */
    public NameGlob {
        if (!isValid(text)) {
            throw new IllegalArgumentException("a pattern has " + ALLOWED);
        }
    }

    public static boolean isValid(String text) {
        return FORM.matcher(text).matches();
    }

    /** Whether the whole name fits; in time that grows with the product of both lengths, whatever the pattern is. */
    public boolean matches(String name) {
        int at = 0;
        int in = 0;
        int star = -1;
        int retry = 0;
        while (in < name.length()) {
            if (at < text.length() && text.charAt(at) == '*') {
                star = at++;
                retry = in;
            } else if (at < text.length() && (text.charAt(at) == '?' || text.charAt(at) == name.charAt(in))) {
                at++;
                in++;
            } else if (star >= 0) {
                at = star + 1;
                in = ++retry;
            } else {
                return false;
            }
        }
        while (at < text.length() && text.charAt(at) == '*') {
            at++;
        }
        return at == text.length();
    }

    @Override
    public String toString() {
        return text;
    }
}

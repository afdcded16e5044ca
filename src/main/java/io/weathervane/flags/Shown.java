package io.weathervane.flags;

/** Foreign text made fit for one line of a log or message. */
final class Shown {
    private Shown() {}

    /** At most the first {@code limit} characters, each control character replaced by a blank. */
    static String plain(String text, int limit) {
        StringBuilder plain = new StringBuilder(Math.min(text.length(), limit));
        for (int i = 0; i < text.length() && i < limit; i++) {
            char c = text.charAt(i);
            plain.append(Character.isISOControl(c) || c == '\u2028' || c == '\u2029' ? ' ' : c);
        }
        return plain.toString();
    }
}

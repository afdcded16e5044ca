package io.weathervane.tool.builtin;

/** Text of others inside text of ours: on one line, without what moves a cursor or turns the reading direction. */
public final class OneLine {
    private OneLine() {}

    public static String of(String text) {
        StringBuilder line = new StringBuilder(text.length());
        text.codePoints().forEach(c -> line.appendCodePoint(breaks(c) ? ' ' : c));
        return line.toString();
    }

    static String quoted(String text) {
        return '"' + of(text).replace('"', '\'') + '"';
    }

    private static boolean breaks(int c) {
        int type = Character.getType(c);
        return Character.isISOControl(c)
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR
                || type == Character.FORMAT;
    }
}

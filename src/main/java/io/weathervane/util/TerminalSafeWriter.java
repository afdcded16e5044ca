package io.weathervane.util;

import java.io.IOException;
import java.io.Writer;

/** Passes text on with what is not fit for a terminal written out, as {@link SafeText#lines} does. */
public final class TerminalSafeWriter extends Writer {
    private final Writer out;

    /** The first half of a character whose second half is not written yet; 0 for none. */
    private char half;

    public TerminalSafeWriter(Writer out) {
        this.out = out;
    }

    @Override
    public void write(char[] text, int from, int length) throws IOException {
        write(new String(text, from, length), 0, length);
    }

    @Override
    public void write(String text, int from, int length) throws IOException {
        String whole = (half == 0 ? "" : String.valueOf(half)) + text.substring(from, from + length);
        boolean splits = !whole.isEmpty() && Character.isHighSurrogate(whole.charAt(whole.length() - 1));
        half = splits ? whole.charAt(whole.length() - 1) : 0;
        out.write(SafeText.lines(splits ? whole.substring(0, whole.length() - 1) : whole));
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}

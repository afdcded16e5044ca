package io.weathervane.util;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/**
 * Lines of bytes from a stream, ended by {@code \n} (a {@code \r} before it is dropped), never holding more
 * than the limit. A longer line is read to its end and thrown away, and costs the reader one
 * {@link Line} that says so; the lines after it are as good as ever. Not safe for use by several threads.
 */
public final class BoundedLines {
    private static final int BUFFER_BYTES = 64 * 1024;

    private final InputStream in;
    private final int limit;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int filled;

    /**
     * One line.
     *
     * @param bytes the line without its end, empty when it was too long
     * @param length the line's whole length in bytes
     * @param tooLong whether it was over the limit and dropped
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    public record Line(byte[] bytes, long length, boolean tooLong) {}

    /** @param limit most bytes of a line, at least 1 */
    public BoundedLines(InputStream in, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be >= 1, was " + limit);
        }
        this.in = in;
        this.limit = limit;
    }

    /** The next line, or empty at the end of the stream. A last line without its end counts as a line. */
    public Optional<Line> next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        long length = 0;
        boolean any = false;
        while (true) {
            if (position == filled && !fill()) {
                return any ? Optional.of(finish(line.toByteArray(), length)) : Optional.empty();
            }
            any = true;
            int end = indexOfNewline();
            int chunk = (end < 0 ? filled : end) - position;
            if (length + chunk <= limit) {
                line.write(buffer, position, chunk);
            }
            length += chunk;
            position += chunk;
            if (end >= 0) {
                position++;
                return Optional.of(finish(line.toByteArray(), length));
            }
        }
    }

    private Line finish(byte[] line, long length) {
        if (length > limit) {
            return new Line(new byte[0], length, true);
        }
        boolean carriageReturn = line.length > 0 && line[line.length - 1] == '\r';
        byte[] bytes = carriageReturn ? Arrays.copyOf(line, line.length - 1) : line;
        return new Line(bytes, bytes.length, false);
    }

    private boolean fill() throws IOException {
        position = 0;
        filled = Math.max(0, in.read(buffer));
        return filled > 0;
    }

    private int indexOfNewline() {
        for (int i = position; i < filled; i++) {
            if (buffer[i] == '\n') {
                return i;
            }
        }
        return -1;
    }
}

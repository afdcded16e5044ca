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
public final class BoundedLineReader {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final byte[] NOTHING = {};

    private final InputStream in;
    private final int limit;
    private final Room room;
    private final Overflow overflow;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int filled;

    /** Where the search for the next newline goes on: there is none between the position and here. */
    private int scanned;

    /**
     * One line.
     *
     * @param bytes the line without its end, empty when it was too long
     * @param length the line's whole length in bytes
     * @param tooLong whether it was over the limit, or there was no room, and it was dropped
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    public record Line(byte[] bytes, long length, boolean tooLong) {}

    /** Says whether there is memory for a line that is longer than the buffer; asked as it grows. */
    @FunctionalInterface
    public interface Room {
        Room ANY = length -> true;

        /** Whether so many bytes of the line that is read may be kept; once not, the line is dropped. */
        boolean isFor(long length);
    }

    /** Sees the bytes of each line over the limit pass by, before the {@link Line} that says so. */
    public interface Overflow {
        void begin();

        void take(byte[] bytes, int offset, int length);

        static Overflow ignored() {
            return new Overflow() {
                @Override
                public void begin() {}

                @Override
                public void take(byte[] bytes, int offset, int length) {}
            };
        }
    }

    /** @param limit most bytes of a line, at least 1 */
    public BoundedLineReader(InputStream in, int limit) {
        this(in, limit, Overflow.ignored());
    }

    /** @param limit most bytes of a line, at least 1 */
    public BoundedLineReader(InputStream in, int limit, Overflow overflow) {
        this(in, limit, overflow, Room.ANY);
    }

    /**
     * Lines that are bounded by the memory that there is, too.
     *
     * @param limit most bytes of a line, at least 1
     */
    public BoundedLineReader(InputStream in, int limit, Overflow overflow, Room room) {
        this.room = room;
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be >= 1, was " + limit);
        }
        this.in = in;
        this.limit = limit;
        this.overflow = overflow;
    }

    /** Whether the next line is here whole, so that {@link #next} will not read, and so not wait. */
    public boolean isNextHere() {
        return indexOfNewline() >= 0;
    }

    /** The next line, or empty at the end of the stream. A last line without its end counts as a line. */
    public Optional<Line> next() throws IOException {
        if (position == filled && !fill()) {
            return Optional.empty();
        }
        int end = indexOfNewline();
        if (end < 0) {
            return Optional.of(nextInParts());
        }
        int length = end - position;
        byte[] line = length <= limit ? Arrays.copyOfRange(buffer, position, end) : NOTHING;
        if (length > limit) {
            overflow.begin();
            overflow.take(buffer, position, length);
        }
        position = end + 1;
        scanned = position;
        return Optional.of(finish(line, length));
    }

    /** A line that the buffer has not in one piece. */
    private Line nextInParts() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        long length = 0;
        boolean dropped = false;
        while (position < filled || fill()) {
            int end = indexOfNewline();
            int chunk = (end < 0 ? filled : end) - position;
            if (!dropped && length + chunk <= limit && room.isFor(length + chunk)) {
                line.write(buffer, position, chunk);
            } else {
                if (!dropped) {
                    dropped = true;
                    overflow.begin();
                    overflow.take(line.toByteArray(), 0, line.size());
                    line = new ByteArrayOutputStream();
                }
                overflow.take(buffer, position, chunk);
            }
            length += chunk;
            position += chunk;
            if (end >= 0) {
                position++;
                scanned = position;
                break;
            }
        }
        return dropped ? new Line(NOTHING, length, true) : finish(line.toByteArray(), length);
    }

    private Line finish(byte[] line, long length) {
        if (length > limit) {
            return new Line(NOTHING, length, true);
        }
        boolean carriageReturn = line.length > 0 && line[line.length - 1] == '\r';
        byte[] bytes = carriageReturn ? Arrays.copyOf(line, line.length - 1) : line;
        return new Line(bytes, bytes.length, false);
    }

    private boolean fill() throws IOException {
        position = 0;
        scanned = 0;
        filled = Math.max(0, in.read(buffer));
        return filled > 0;
    }

    private int indexOfNewline() {
        while (scanned < filled && buffer[scanned] != '\n') {
            scanned++;
        }
        return scanned < filled ? scanned : -1;
    }
}

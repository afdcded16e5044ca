package io.weathervane.audit;

import io.weathervane.util.SafeText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The lines of a file from an offset on, each with its place, in flat memory. */
final class PositionedLineReader {
    /** Longest line that is read whole; of a longer one the beginning stands for it: 8 MiB. */
    static final int LINE_BYTES_MAX = 8 << 20;

    private static final int BUFFER_BYTES = 64 * 1024;

    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).limit(0);
    private long position;

    /**
     * One line.
     *
     * @param text without its end
     * @param start offset of its first byte
     * @param end offset of the byte after it and its end
     * @param terminated whether it has an end; only the last may lack one
     */
    record Line(String text, long start, long end, boolean terminated) {
        private static final char REPLACEMENT = '\uFFFD';
        private static final char NUL = '\0';

        /** Whether this is that line, as we write it or as releases did that escaped less of it. */
        boolean is(String due) {
            return text.equals(due) || SafeText.json(text).equals(due);
        }

        /**
         * Whether a crash while writing that line leaves this one: torn inside a character, it ends in replacement
         * characters; where the file had grown and its content was not on disk yet, in NUL characters.
         */
        boolean isBeginningOf(String whole) {
            int readable = text.length();
            while (readable > 0 && isFiller(text.charAt(readable - 1))) {
                readable--;
            }
            boolean said = readable > 0 || text.indexOf(NUL) >= 0;
            return !terminated && said && whole.startsWith(text.substring(0, readable));
        }

        private static boolean isFiller(char one) {
            return one == REPLACEMENT || one == NUL;
        }
    }

    PositionedLineReader(FileChannel channel, long from) {
        this.channel = channel;
        this.position = from;
    }

    Optional<Line> next() throws IOException {
        long start = position;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (buffer.hasRemaining() || fill()) {
            byte one = buffer.get();
            position++;
            if (one == '\n') {
                return Optional.of(line(bytes, start, /* terminated= */ true));
            }
            if (bytes.size() < LINE_BYTES_MAX) {
                bytes.write(one);
            }
        }
        return position == start ? Optional.empty() : Optional.of(line(bytes, start, /* terminated= */ false));
    }

    private boolean fill() throws IOException {
        buffer.clear();
        int count = channel.read(buffer, position);
        buffer.flip();
        return count > 0;
    }

    private Line line(ByteArrayOutputStream bytes, long start, boolean terminated) {
        return new Line(bytes.toString(StandardCharsets.UTF_8), start, position, terminated);
    }
}

package io.weathervane.util;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** The same lines come out, whatever the bytes are and in whichever pieces they come. */
class BoundedLineReaderFuzzTest {
    /** @param input the limit in its first byte, how it comes in pieces in the second, then what is read */
    @FuzzTest
    void givesTheLinesThatAreThere(byte[] input) throws IOException {
        if (input.length < 2) {
            return;
        }
        int limit = 1 + Byte.toUnsignedInt(input[0]);
        byte[] bytes = Arrays.copyOfRange(input, 2, input.length);

        assertThat(read(new BoundedLineReader(new Pieces(bytes, input[1]), limit)))
                .isEqualTo(expected(bytes, limit));
    }

    private static List<String> read(BoundedLineReader lines) throws IOException {
        List<String> read = new ArrayList<>();
        for (Optional<BoundedLineReader.Line> line = lines.next(); line.isPresent(); line = lines.next()) {
            BoundedLineReader.Line next = line.get();
            read.add(shown(next.bytes(), next.length(), next.tooLong()));
        }
        assertThat(lines.next()).as("after the end").isEmpty();
        return read;
    }

    private static List<String> expected(byte[] bytes, int limit) {
        List<String> expected = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= bytes.length; i++) {
            if (i < bytes.length ? bytes[i] == '\n' : start < i) {
                expected.add(expected(bytes, start, i, limit));
                start = i + 1;
            }
        }
        return expected;
    }

    private static String expected(byte[] bytes, int start, int end, int limit) {
        if (end - start > limit) {
            return shown(new byte[0], end - start, true);
        }
        int last = end > start && bytes[end - 1] == '\r' ? end - 1 : end;
        return shown(Arrays.copyOfRange(bytes, start, last), last - start, false);
    }

    private static String shown(byte[] bytes, long length, boolean tooLong) {
        return length + (tooLong ? " too long " : " ") + Arrays.toString(bytes);
    }

    /** Gives a few bytes at each read, as a pipe does. */
    private static final class Pieces extends ByteArrayInputStream {
        private final Random random;

        Pieces(byte[] bytes, long seed) {
            super(bytes);
            this.random = new Random(seed);
        }

        @Override
        public synchronized int read(byte[] target, int offset, int length) {
            return super.read(target, offset, Math.min(length, 1 + random.nextInt(8)));
        }
    }
}

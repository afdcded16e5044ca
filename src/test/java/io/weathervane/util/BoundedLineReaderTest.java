package io.weathervane.util;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BoundedLineReaderTest {
    @Test
    void endsLinesAtNewlinesAndDropsTheCarriageReturnBeforeThem() throws IOException {
        assertThat(all(lines(10, "a\r\n", "\n\r\n", "b\rc\n", "last"))).containsExactly("a", "", "", "b\rc", "last");
    }

    @Test
    void joinsALineThatCameInParts() throws IOException {
        assertThat(all(lines(10, "a", "b", "c\r", "\nd", "\n"))).containsExactly("abc", "d");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 65_535, 65_536, 65_537, 200_000})
    void readsALineOfAnyLengthUpToTheLimit(int length) throws IOException {
        String line = "x".repeat(length);

        assertThat(all(lines(length, line + "\nb\n", line))).containsExactly(line, "b", line);
    }

    @Test
    void dropsALineOverTheLimitSaysHowLongItWasAndGoesOn() throws IOException {
        assertThat(all(lines(3, "abcd\nabc\n", "ab", "cdef", "g\n", "x".repeat(100_000) + "\nok\n")))
                .containsExactly("4 too long", "abc", "7 too long", "100000 too long", "ok");
    }

    @Test
    void dropsALineThatThereIsNoRoomForAndGoesOn() throws IOException {
        InputStream in = new ByteArrayInputStream(
                ("x".repeat(300_000) + "\n" + "y".repeat(80_000) + "\nok\n").getBytes(StandardCharsets.UTF_8));

        assertThat(all(new BoundedLineReader(
                        in, 1_000_000, BoundedLineReader.Overflow.ignored(), length -> length < 200_000)))
                .containsExactly("300000 too long", "y".repeat(80_000), "ok");
    }

    @Test
    void knowsWhetherTheNextLineIsHereWhole() throws IOException {
        BoundedLineReader lines = lines(10, "a\nb\nc", "d\n", "e");

        assertThat(lines.isNextHere()).isFalse();
        assertThat(text(lines.next().orElseThrow())).isEqualTo("a");
        assertThat(lines.isNextHere()).isTrue();
        assertThat(text(lines.next().orElseThrow())).isEqualTo("b");
        assertThat(lines.isNextHere()).isFalse();
        assertThat(text(lines.next().orElseThrow())).isEqualTo("cd");
        assertThat(lines.isNextHere()).isFalse();
        assertThat(text(lines.next().orElseThrow())).isEqualTo("e");
        assertThat(lines.next()).isEmpty();
        assertThat(lines.isNextHere()).isFalse();
    }

    /** Each part comes with a read of its own. */
    private static BoundedLineReader lines(int limit, String... parts) {
        List<InputStream> reads = Stream.of(parts)
                .map(part -> (InputStream) new ByteArrayInputStream(part.getBytes(StandardCharsets.UTF_8)))
                .toList();
        return new BoundedLineReader(new SequenceInputStream(Collections.enumeration(reads)), limit);
    }

    private static List<String> all(BoundedLineReader lines) throws IOException {
        List<String> all = new ArrayList<>();
        for (Optional<BoundedLineReader.Line> line = lines.next(); line.isPresent(); line = lines.next()) {
            all.add(text(line.get()));
        }
        return all;
    }

    private static String text(BoundedLineReader.Line line) {
        return line.tooLong() ? line.length() + " too long" : new String(line.bytes(), StandardCharsets.UTF_8);
    }
}

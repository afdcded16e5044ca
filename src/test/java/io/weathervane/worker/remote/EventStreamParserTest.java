package io.weathervane.worker.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventStreamParserTest {
    private final List<String> messages = new ArrayList<>();
    private int dropped;
    private final EventStreamParser parser = new EventStreamParser(20, new EventStreamParser.Sink() {
        @Override
        public void message(byte[] data) {
            messages.add(new String(data, StandardCharsets.UTF_8));
        }

        @Override
        public void tooLong(int bytesMax) {
            dropped++;
        }
    });

    private void read(String text) {
        parser.take(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void readsEventsWithEachKindOfLineEnd() {
        read("data: one\n\ndata:two\r\n\r\ndata: three\r\rdata: fo\ndata: ur\n\n");

        assertThat(messages).containsExactly("one", "two", "three", "fo\nur");
    }

    @Test
    void readsTheSameHoweverItIsCut() {
        for (byte each : "\uFEFFid: 7\r\nevent: message\r\ndata: é!\r\n\r\n".getBytes(StandardCharsets.UTF_8)) {
            parser.take(ByteBuffer.wrap(new byte[] {each}));
        }

        assertThat(messages).containsExactly("é!");
        assertThat(parser.lastId()).contains("7");
    }

    @Test
    void passesOverCommentsOtherEventsAndEventsWithoutData() {
        read(": still there\n\nevent: ping\ndata: x\n\nid: 3\ndata:\n\nretry: 250\n\nunknown\n\ndata: y\n\n");

        assertThat(messages).containsExactly("y");
        assertThat(parser.lastId()).as("of an event without data, too").contains("3");
        assertThat(parser.retry()).contains(Duration.ofMillis(250));
    }

    @Test
    void anEventThatTheStreamEndsInIsNone() {
        read("id: 4\ndata: half");

        assertThat(messages).isEmpty();
        assertThat(parser.lastId()).isEmpty();
    }

    @Test
    void dropsAnEventThatIsTooLongAndGoesOn() {
        read("data: " + "x".repeat(21) + "\n\ndata: " + "y".repeat(20) + "\n\n");
        read("data: " + "z".repeat(10_000) + "\n\ndata: " + "w".repeat(15) + "\ndata: " + "w".repeat(15) + "\n\n");

        assertThat(messages).containsExactly("y".repeat(20));
        assertThat(dropped).isEqualTo(3);
    }

    @Test
    void takesNoIdAndNoPauseThatIsNone() {
        read("id: a b\ndata: 1\n\nretry: soon\ndata: 2\n\nretry: 99999999999\n\n");

        assertThat(parser.lastId()).isEmpty();
        assertThat(parser.retry()).isEmpty();
    }
}

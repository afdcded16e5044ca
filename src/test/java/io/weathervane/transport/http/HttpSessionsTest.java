package io.weathervane.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HttpSessionsTest {
    private final AtomicLong nanos = new AtomicLong(-3);
    private final HttpSessions sessions = new HttpSessions(2, Duration.ofMinutes(30), nanos::get);

    @Test
    void forgetsASessionThatIsIdleForTooLong() {
        String used = sessions.open();
        String idle = sessions.open();
        advance(Duration.ofMinutes(20));
        assertThat(sessions.find(used)).isPresent();
        advance(Duration.ofMinutes(20));

        assertThat(sessions.find(used)).isPresent();
        assertThat(sessions.find(idle)).isEmpty();
    }

    @Test
    void makesRoomByForgettingTheOneUnusedForLongest() {
        String first = sessions.open();
        String second = sessions.open();
        sessions.find(first);
        String third = sessions.open();

        assertThat(sessions.find(second)).isEmpty();
        assertThat(sessions.find(first)).isPresent();
        assertThat(sessions.find(third)).isPresent();
    }

    @Test
    void endsASessionOnce() {
        String id = sessions.open();

        assertThat(sessions.end(id)).isTrue();
        assertThat(sessions.end(id)).isFalse();
        assertThat(sessions.end("never was")).isFalse();
    }

    private void advance(Duration by) {
        nanos.addAndGet(by.toNanos());
    }
}

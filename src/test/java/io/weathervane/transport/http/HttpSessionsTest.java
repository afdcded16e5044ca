package io.weathervane.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.tool.Caller;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HttpSessionsTest {
    private static final Caller ALICE = new Caller("alice", Caller.Door.HTTP);
    private static final Caller BOB = new Caller("bob", Caller.Door.HTTP);

    private final AtomicLong nanos = new AtomicLong(-3);
    private final HttpSessions sessions = new HttpSessions(2, Duration.ofMinutes(30), nanos::get);

    @Test
    void forgetsASessionThatIsIdleForTooLong() {
        String used = sessions.open(ALICE);
        String idle = sessions.open(ALICE);
        advance(Duration.ofMinutes(20));
        assertThat(sessions.find(used, ALICE)).isPresent();
        advance(Duration.ofMinutes(20));

        assertThat(sessions.find(used, ALICE)).isPresent();
        assertThat(sessions.find(idle, ALICE)).isEmpty();
    }

    @Test
    void makesRoomByForgettingTheOneUnusedForLongest() {
        String first = sessions.open(ALICE);
        String second = sessions.open(ALICE);
        sessions.find(first, ALICE);
        String third = sessions.open(ALICE);

        assertThat(sessions.find(second, ALICE)).isEmpty();
        assertThat(sessions.find(first, ALICE)).isPresent();
        assertThat(sessions.find(third, ALICE)).isPresent();
    }

    @Test
    void endsASessionOnce() {
        String id = sessions.open(ALICE);

        assertThat(sessions.end(id, ALICE)).isTrue();
        assertThat(sessions.end(id, ALICE)).isFalse();
        assertThat(sessions.end("never was", ALICE)).isFalse();
    }

    @Test
    void belongsToTheCallerThatOpenedItAndIsUnknownToAnyOther() {
        String id = sessions.open(ALICE);

        assertThat(sessions.find(id, BOB)).isEmpty();
        assertThat(sessions.end(id, BOB)).isFalse();
        assertThat(sessions.find(id, ALICE)).isPresent();
    }

    private void advance(Duration by) {
        nanos.addAndGet(by.toNanos());
    }
}

package io.weathervane.transport.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How long a request may take to come, on a connection's state and a moment alone. */
final class RequestReadDeadlinesTest {
    private static final HttpTimeouts TIMES = HttpOptions.of("127.0.0.1", 0)
            .withTimes(Duration.ofSeconds(10), Duration.ofSeconds(20))
            .timeouts();

    private final RequestReadDeadlines deadlines = new RequestReadDeadlines(TIMES);
    private final HttpConnectionState connection = new HttpConnectionState(seconds(0));

    @Test
    void aHeadThatHasNotComeInItsTimeIsNamed() {
        assertEquals(Optional.empty(), deadlines.missed(connection, 0, seconds(10)));
        assertEquals(
                Optional.of("its request's head has not come within 10 s"),
                deadlines.missed(connection, 0, seconds(10) + 1));
    }

    @Test
    void bytesOfAHeadDoNotRenewItsTime() {
        assertEquals(
                Optional.of("its request's head has not come within 10 s"),
                deadlines.missed(connection, 9_999, seconds(11)));
    }

    @Test
    void aBodyHasATimeOfItsOwnFromTheHeadOn() {
        connection.headReceived(seconds(9));

        assertEquals(Optional.empty(), deadlines.missed(connection, 0, seconds(29)));
        assertEquals(
                Optional.of("its request's body has not come within 20 s"),
                deadlines.missed(connection, 0, seconds(30)));
    }

    @Test
    void aRequestThatIsBeingAnsweredIsNeverLate() {
        connection.headReceived(seconds(1));
        connection.bodyReceived(seconds(2));

        assertEquals(Optional.empty(), deadlines.missed(connection, 0, seconds(9_000)));
    }

    @Test
    void anIdleConnectionIsNotLateUntilItsNextHeadHasBegun() {
        connection.headReceived(seconds(1));
        connection.answered(seconds(2), 100);

        assertEquals(Optional.empty(), deadlines.missed(connection, 100, seconds(500)));
        assertEquals(Optional.empty(), deadlines.missed(connection, 101, seconds(501)), "a head begins");
        assertEquals(
                Optional.of("its request's head has not come within 10 s"),
                deadlines.missed(connection, 101, seconds(512)));
    }

    @Test
    void anAnswerToARequestWhoseHeadNeverCameLeavesItsTimeRunning() {
        connection.answered(seconds(5), 50);

        assertEquals(
                Optional.of("its request's head has not come within 10 s"),
                deadlines.missed(connection, 50, seconds(11)));
    }

    private static long seconds(long seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }
}

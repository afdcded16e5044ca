package io.weathervane.worker.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.worker.RestartPolicy;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RestartBackoffTest {
    private static final Duration SHORT = Duration.ofSeconds(2);

    private final RestartBackoff backoff = new RestartBackoff(
            new RestartPolicy(Duration.ofSeconds(1), Duration.ofSeconds(3), 4, Duration.ofMinutes(1)));

    @Test
    void givesUpAfterTheLastAttempt() {
        for (int attempt = 0; attempt < 4; attempt++) {
            assertThat(backoff.next(SHORT)).isPresent();
        }

        assertThat(backoff.next(SHORT)).isEmpty();
    }

    @Test
    void doublesUpToTheCap() {
        assertThat(backoff.next(SHORT)).contains(Duration.ofSeconds(1));
        assertThat(backoff.next(SHORT)).contains(Duration.ofSeconds(2));
        assertThat(backoff.next(SHORT)).contains(Duration.ofSeconds(3));
        assertThat(backoff.next(SHORT)).contains(Duration.ofSeconds(3));
    }

    @Test
    void beginsAnewAfterSustainedUptimeOnly() {
        assertThat(backoff.next(SHORT)).contains(Duration.ofSeconds(1));
        assertThat(backoff.next(Duration.ofSeconds(59))).contains(Duration.ofSeconds(2));
        assertThat(backoff.next(Duration.ofMinutes(1))).contains(Duration.ofSeconds(1));
    }
}

package io.weathervane.util;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The pause after each failure in a row. */
final class BackoffTest {
    private static final Duration MOST = Duration.ofSeconds(5);

    @Test
    void aPauseLessThanNothingOrMoreThanTheLongestIsRefused() {
        assertThatThrownBy(() -> new Backoff(Duration.ofMillis(-1), MOST))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(">= 0");
        assertThatThrownBy(() -> new Backoff(Duration.ofSeconds(6), MOST))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most the longest");
    }

    @Test
    void noFailureHasNoPause() {
        assertThatThrownBy(() -> new Backoff(Duration.ZERO, MOST).after(0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void thePauseDoublesUpToTheLongest() {
        Backoff backoff = new Backoff(Duration.ofSeconds(1), MOST);

        assertThat(backoff.after(1)).isEqualTo(Duration.ofSeconds(1));
        assertThat(backoff.after(2)).isEqualTo(Duration.ofSeconds(2));
        assertThat(backoff.after(3)).isEqualTo(Duration.ofSeconds(4));
        assertThat(backoff.after(4)).isEqualTo(MOST);
        assertThat(backoff.after(5)).isEqualTo(MOST);
    }

    @Test
    void aDoublingThatReachesTheLongestExactlyIsTheLongest() {
        assertThat(new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(4)).after(3))
                .isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void anyNumberOfFailuresHasAPause() {
        assertThat(new Backoff(Duration.ofSeconds(1), MOST).after(Integer.MAX_VALUE))
                .isEqualTo(MOST);
        assertThat(new Backoff(Duration.ofNanos(1), Duration.ofSeconds(Long.MAX_VALUE)).after(Integer.MAX_VALUE))
                .isGreaterThan(Duration.ofDays(36_500));
    }

    @Test
    void pausesThatBeginWithNothingStayNothing() {
        assertThat(new Backoff(Duration.ZERO, MOST).after(20)).isZero();
    }
}

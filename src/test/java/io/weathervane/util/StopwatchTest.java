package io.weathervane.util;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.testing.FakeTicker;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Elapsed time against a limit, by a ticker that the test moves. */
final class StopwatchTest {
    private final FakeTicker ticker = new FakeTicker();

    @Test
    void nothingIsLeftAtTheLimitAndNeverLessThanNothing() {
        Stopwatch time = new Stopwatch(ticker, Duration.ofSeconds(2));

        ticker.advance(Duration.ofSeconds(2));
        assertThat(time.passed()).isTrue();
        assertThat(time.leftNanos()).isZero();

        ticker.advance(Duration.ofSeconds(5));
        assertThat(time.left()).isZero();
        assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void aNegativeLimitHasPassedAtOnce() {
        assertThat(new Stopwatch(ticker, Duration.ofSeconds(-1)).passed()).isTrue();
    }

    @Test
    void aLimitBeyondWhatNanosecondsHoldNeverPasses() {
        Stopwatch time = new Stopwatch(ticker, Duration.ofSeconds(Long.MAX_VALUE));

        ticker.advance(Duration.ofDays(36_500));

        assertThat(time.passed()).isFalse();
        assertThat(time.hasRunFor(Duration.ofSeconds(Long.MAX_VALUE))).isFalse();
    }

    @Test
    void withoutALimitItOnlyMeasures() {
        Stopwatch time = new Stopwatch(ticker);

        ticker.advance(Duration.ofMillis(1500));

        assertThat(time.elapsedNanos()).isEqualTo(1_500_000_000L);
        assertThat(time.passed()).isFalse();
        assertThat(time.hasRunFor(Duration.ofMillis(1500))).isTrue();
        assertThat(time.hasRunFor(Duration.ofMillis(1501))).isFalse();
    }

    @Test
    void oneThatStartedEarlierHasThatTimeBehindIt() {
        Stopwatch time = Stopwatch.startedAgo(ticker, Duration.ofMinutes(3));

        ticker.advance(Duration.ofMinutes(1));

        assertThat(time.elapsed()).isEqualTo(Duration.ofMinutes(4));
    }

    @Test
    void aPartHasTheSmallerOfItsOwnLimitAndWhatIsLeft() {
        Stopwatch time = new Stopwatch(ticker, Duration.ofSeconds(10));
        ticker.advance(Duration.ofSeconds(7));

        assertThat(time.within(Duration.ofSeconds(5)).left()).isEqualTo(Duration.ofSeconds(3));
        assertThat(time.within(Duration.ofSeconds(1)).left()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void aTickerThatPassesTheEndOfItsNumbersChangesNothing() {
        ticker.advance(Duration.ofNanos(Long.MAX_VALUE - 5 - ticker.nanos()));
        Stopwatch time = new Stopwatch(ticker, Duration.ofNanos(20));

        ticker.advance(Duration.ofNanos(19));
        assertThat(time.leftNanos()).isOne();

        ticker.advance(Duration.ofNanos(1));
        assertThat(time.passed()).isTrue();
    }
}

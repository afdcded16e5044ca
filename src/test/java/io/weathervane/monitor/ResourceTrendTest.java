package io.weathervane.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ResourceTrendTest {
    private static final Instant START = Instant.parse("2026-11-30T12:00:00Z");
    private static final Duration EVERY = Duration.ofSeconds(30);
    private static final long MB = 1024L * 1024;

    @Test
    void growsByTheMegabytesOfAMinute() {
        assertThat(of(100, 110, 120, 130, 140, 150).growth(START)).hasValue(20);
    }

    @Test
    void hasNoGrowthWithTooFewSamples() {
        assertThat(of(100, 200, 300, 400, 500).growth(START)).isEmpty();
        assertThat(of(100, 200, 300, 400, 500, 600).growth(START.plus(EVERY))).isEmpty();
    }

    @Test
    void takesNoUpAndDownForALeak() {
        assertThat(of(100, 300, 120, 330, 140, 400).growth(START)).hasValue(0);
    }

    @Test
    void allowsOneStepDownInFive() {
        assertThat(of(100, 120, 140, 130, 160, 200).growth(START)).hasValue(40);
    }

    @Test
    void looksOnlyAtWhatCameSince() {
        Instant second = START.plus(EVERY.multipliedBy(6));

        assertThat(of(100, 400, 700, 800, 900, 1000, 1000, 1000, 1000, 1000, 1000, 1000)
                        .growth(second))
                .hasValue(0);
    }

    @Test
    void keepsOneSampleOfAnIntervalAndNoneOfWhatIsUnknown() {
        ResourceTrend trend = ResourceTrend.NONE
                .plus(usage(100), EVERY, START)
                .plus(usage(200), EVERY, START.plusSeconds(5))
                .plus(ResourceUsage.unknown(), EVERY, START.plusSeconds(60));

        assertThat(trend.samples()).hasSize(1);
    }

    @Test
    void keepsNoMoreThanItsBound() {
        assertThat(of(LongStream.range(0, 500).toArray()).samples()).hasSize(WatchCallCounts.MARKS_MAX);
    }

    private static ResourceTrend of(long... megabytes) {
        ResourceTrend trend = ResourceTrend.NONE;
        for (int i = 0; i < megabytes.length; i++) {
            trend = trend.plus(usage(megabytes[i]), EVERY, START.plus(EVERY.multipliedBy(i)));
        }
        return trend;
    }

    private static ResourceUsage usage(long megabytes) {
        return ResourceUsage.of(megabytes * MB, 10, 1000);
    }
}

package io.weathervane.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LatencyHistogramTest {
    @Test
    void tellsTheP95ToAnEighth() {
        long p95 = of(LongStream.rangeClosed(1, 1000).map(LatencyHistogramTest::millis))
                .p95Nanos()
                .orElseThrow();

        assertThat(p95).isBetween(millis(950), millis(950) * 9 / 8);
    }

    @Test
    void everyTimeIsInABucketThatEndsWithinAnEighthOfIt() {
        for (long nanos = 1; nanos < Duration.ofMinutes(30).toNanos(); nanos = nanos * 5 / 4 + 1) {
            assertThat(LatencyHistogram.limitNanos(nanos)).isBetween(nanos, Math.max(nanos * 9 / 8, nanos + 1024));
            assertThat(LatencyHistogram.bucketOf(LatencyHistogram.limitNanos(nanos)))
                    .isEqualTo(LatencyHistogram.bucketOf(nanos));
            assertThat(LatencyHistogram.bucketOf(LatencyHistogram.limitNanos(nanos) + 1))
                    .isEqualTo(LatencyHistogram.bucketOf(nanos) + 1);
        }
    }

    @Test
    void takesAnyTime() {
        LatencyHistogram odd = of(LongStream.of(-1, 0, Long.MAX_VALUE));

        assertThat(odd.calls()).isEqualTo(3);
        assertThat(odd.p95Nanos().orElseThrow()).isPositive();
    }

    @Test
    void addsUpAndTellsWhatCameSince() {
        LatencyHistogram before = of(LongStream.of(millis(1), millis(7)));
        LatencyHistogram after = of(LongStream.of(millis(1), millis(7), millis(7), millis(90)));

        assertThat(after.since(before)).isEqualTo(of(LongStream.of(millis(7), millis(90))));
        assertThat(before.plus(after.since(before))).isEqualTo(after);
        assertThat(before.since(after)).as("counted anew").isEqualTo(before);
    }

    @Test
    void countsExactlyWhatIsAboveALimit() {
        long limit = LatencyHistogram.limitNanos(millis(40));
        LatencyHistogram took = of(LongStream.of(millis(1), limit, limit + 1, millis(900)));

        assertThat(took.callsAbove(limit)).isEqualTo(2);
    }

    private static LatencyHistogram of(LongStream nanos) {
        LatencyHistogram.Accumulator counted = new LatencyHistogram.Accumulator();
        nanos.forEach(counted::add);
        return counted.counted();
    }

    private static long millis(long count) {
        return count * 1_000_000;
    }
}

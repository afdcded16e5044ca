package io.weathervane.util;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.testing.FakeClock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SteadyClockTest {
    private final FakeClock wall = FakeClock.atNoon();
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final SteadyClock clock = new SteadyClock(wall, nanos::get);

    @Test
    void isNotMovedWhenTheWallClockIsSet() {
        Instant begun = clock.instant();

        wall.advance(Duration.ofHours(1));
        nanos.addAndGet(Duration.ofSeconds(2).toNanos());

        assertThat(Duration.between(begun, clock.instant())).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void beginsAnewWithTheWallClock() {
        wall.advance(Duration.ofHours(1));

        clock.synchronize();

        assertThat(clock.instant()).isEqualTo(wall.instant());
    }
}

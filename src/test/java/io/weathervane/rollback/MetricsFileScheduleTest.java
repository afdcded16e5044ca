package io.weathervane.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MetricsFileScheduleTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private final MetricsFileSchedule schedule = new MetricsFileSchedule();

    @Test
    void theFirstFileIsWrittenAtOnce() {
        assertThat(schedule.isDue(Optional.empty(), NOW)).isTrue();
    }

    @Test
    void withoutAChangeTheFileIsWrittenOnceItIsOld() {
        schedule.written(Optional.empty(), NOW);

        assertThat(schedule.isDue(Optional.empty(), NOW.plus(MetricsFileSchedule.AGE_MAX)))
                .isFalse();
        assertThat(schedule.isDue(
                        Optional.empty(), NOW.plus(MetricsFileSchedule.AGE_MAX).plusMillis(1)))
                .isTrue();
    }

    @Test
    void aClockThatWasSetBackDoesNotKeepTheFileOld() {
        schedule.written(Optional.empty(), NOW);

        assertThat(schedule.isDue(Optional.empty(), NOW.minus(Duration.ofHours(1))))
                .isTrue();
    }
}

package io.weathervane.baseline;

import java.time.Duration;
import java.time.Instant;

/**
 * One part of a release's record.
 *
 * @param number of the period, counted for each release
 * @param served how long the release had these calls, in time that went by: setting the clock does not change it
 * @param endedAt when its newest call was counted, by the wall clock
 */
record HourlyCallCountsEntry(long number, Duration served, Instant endedAt, PeriodCallCounts calls) {
    /** A period ends when the release has served so long in it. */
    static final Duration LENGTH = Duration.ofHours(1);

    boolean isFull() {
        return served.compareTo(LENGTH) >= 0;
    }

    HourlyCallCountsEntry plus(PeriodCallCounts more, Duration time, Instant now) {
        return new HourlyCallCountsEntry(number, served.plus(time), now, calls.plus(more));
    }
}

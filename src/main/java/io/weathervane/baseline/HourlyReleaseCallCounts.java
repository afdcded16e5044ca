package io.weathervane.baseline;

import io.weathervane.worker.ToolTally;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The calls of one release, in periods of an hour in which it had calls, oldest first. Time without a call is in no period: a quiet
 * weekend pushes nothing out.
 */
final class HourlyReleaseCallCounts {
    static final HourlyReleaseCallCounts NONE = new HourlyReleaseCallCounts(List.of());

    /** 24 hours. */
    static final int PERIODS_MAX = 24;

    /** What is older says little of today: 7 days by the wall clock. */
    static final Duration AGE_MAX = Duration.ofDays(7);

    private final List<ReleaseRecordPeriod> periods;

    /** The calls of all periods but the newest, which change once an hour. */
    private final PeriodCallCounts earlier;

    /** Of these periods, oldest first, the newest. */
    HourlyReleaseCallCounts(List<ReleaseRecordPeriod> periods) {
        this.periods = List.copyOf(periods.subList(Math.max(0, periods.size() - PERIODS_MAX), periods.size()));
        this.earlier = this.periods.stream()
                .limit(Math.max(0, this.periods.size() - 1))
                .map(ReleaseRecordPeriod::calls)
                .reduce(PeriodCallCounts.NONE, PeriodCallCounts::plus);
    }

    private HourlyReleaseCallCounts(
            List<ReleaseRecordPeriod> before, PeriodCallCounts earlier, ReleaseRecordPeriod newest) {
        List<ReleaseRecordPeriod> all = new ArrayList<>(before);
        all.set(all.size() - 1, newest);
        this.periods = List.copyOf(all);
        this.earlier = earlier;
    }

    List<ReleaseRecordPeriod> periods() {
        return periods;
    }

    private Optional<ReleaseRecordPeriod> newest() {
        return periods.isEmpty() ? Optional.empty() : Optional.of(periods.get(periods.size() - 1));
    }

    /** With calls that were counted up to now. */
    HourlyReleaseCallCounts plus(PeriodCallCounts calls, Duration served, Instant now) {
        Optional<ReleaseRecordPeriod> open = newest().filter(period -> !period.isFull());
        if (open.isPresent()) {
            return new HourlyReleaseCallCounts(periods, earlier, open.get().plus(calls, served, now));
        }
        List<ReleaseRecordPeriod> all = new ArrayList<>(periods);
        all.add(new ReleaseRecordPeriod(open() + 1, served, now, calls));
        return new HourlyReleaseCallCounts(all);
    }

    /** The number of the period that calls are counted in. */
    long open() {
        return newest().map(ReleaseRecordPeriod::number).orElse(0L);
    }

    /** Those periods that are not too old; one that ended in the future did so before the clock was set back. */
    HourlyReleaseCallCounts notOlderThan(Instant oldest) {
        List<ReleaseRecordPeriod> young = periods.stream()
                .filter(period -> !period.endedAt().isBefore(oldest))
                .toList();
        return young.size() == periods.size() ? this : new HourlyReleaseCallCounts(young);
    }

    PeriodCallCounts calls() {
        return newest().map(period -> earlier.plus(period.calls())).orElse(PeriodCallCounts.NONE);
    }

    /** The calls of the newest periods, of as few as have so many. */
    ToolTally newest(long callsMin) {
        ToolTally sum = ToolTally.NONE;
        for (int i = periods.size() - 1; i >= 0 && sum.requests() < callsMin; i--) {
            sum = ToolCallTotals.sum(sum, periods.get(i).calls().all());
        }
        return sum;
    }

    Duration served() {
        return periods.stream().map(ReleaseRecordPeriod::served).reduce(Duration.ZERO, Duration::plus);
    }
}

package io.weathervane.baseline;

import io.weathervane.worker.ToolCallCounts;
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

    private final List<HourlyCallCountsEntry> periods;

    /** The calls of all periods but the newest, which change once an hour. */
    private final PeriodCallCounts earlier;

    /** Of these periods, oldest first, the newest. */
    HourlyReleaseCallCounts(List<HourlyCallCountsEntry> periods) {
        this.periods = List.copyOf(periods.subList(Math.max(0, periods.size() - PERIODS_MAX), periods.size()));
        this.earlier = this.periods.stream()
                .limit(Math.max(0, this.periods.size() - 1))
                .map(HourlyCallCountsEntry::calls)
                .reduce(PeriodCallCounts.NONE, PeriodCallCounts::plus);
    }

    private HourlyReleaseCallCounts(
            List<HourlyCallCountsEntry> before, PeriodCallCounts earlier, HourlyCallCountsEntry newest) {
        List<HourlyCallCountsEntry> all = new ArrayList<>(before);
        all.set(all.size() - 1, newest);
        this.periods = List.copyOf(all);
        this.earlier = earlier;
    }

    List<HourlyCallCountsEntry> periods() {
        return periods;
    }

    private Optional<HourlyCallCountsEntry> newest() {
        return periods.isEmpty() ? Optional.empty() : Optional.of(periods.get(periods.size() - 1));
    }

    /** With calls that were counted up to now. */
    HourlyReleaseCallCounts plus(PeriodCallCounts calls, Duration served, Instant now) {
        Optional<HourlyCallCountsEntry> open = newest().filter(period -> !period.isFull());
        if (open.isPresent()) {
            return new HourlyReleaseCallCounts(periods, earlier, open.get().plus(calls, served, now));
        }
        List<HourlyCallCountsEntry> all = new ArrayList<>(periods);
        all.add(new HourlyCallCountsEntry(open() + 1, served, now, calls));
        return new HourlyReleaseCallCounts(all);
    }

    /** The number of the period that calls are counted in. */
    long open() {
        return newest().map(HourlyCallCountsEntry::number).orElse(0L);
    }

    /** Those periods that are not too old; one that ended in the future did so before the clock was set back. */
    HourlyReleaseCallCounts notOlderThan(Instant oldest) {
        List<HourlyCallCountsEntry> young = periods.stream()
                .filter(period -> !period.endedAt().isBefore(oldest))
                .toList();
        return young.size() == periods.size() ? this : new HourlyReleaseCallCounts(young);
    }

    PeriodCallCounts calls() {
        return newest().map(period -> earlier.plus(period.calls())).orElse(PeriodCallCounts.NONE);
    }

    /** The calls of the newest periods, of as few as have so many. */
    ToolCallCounts newest(long callsMin) {
        ToolCallCounts sum = ToolCallCounts.NONE;
        for (int i = periods.size() - 1; i >= 0 && sum.requests() < callsMin; i--) {
            sum = ToolCallTotals.sum(sum, periods.get(i).calls().all());
        }
        return sum;
    }

    Duration served() {
        return periods.stream().map(HourlyCallCountsEntry::served).reduce(Duration.ZERO, Duration::plus);
    }
}

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

    private final List<HourlyCallCountsEntry> entries;

    /** The calls of all periods but the newest, which change once an hour. */
    private final PeriodCallCounts earlier;

    /** Of these periods, oldest first, the newest. */
    HourlyReleaseCallCounts(List<HourlyCallCountsEntry> entries) {
        this.entries = List.copyOf(entries.subList(Math.max(0, entries.size() - PERIODS_MAX), entries.size()));
        this.earlier = this.entries.stream()
                .limit(Math.max(0, this.entries.size() - 1))
                .map(HourlyCallCountsEntry::calls)
                .reduce(PeriodCallCounts.NONE, PeriodCallCounts::plus);
    }

    private HourlyReleaseCallCounts(
            List<HourlyCallCountsEntry> before, PeriodCallCounts earlier, HourlyCallCountsEntry newest) {
        List<HourlyCallCountsEntry> all = new ArrayList<>(before);
        all.set(all.size() - 1, newest);
        this.entries = List.copyOf(all);
        this.earlier = earlier;
    }

    List<HourlyCallCountsEntry> periods() {
        return entries;
    }

    private Optional<HourlyCallCountsEntry> newest() {
        return entries.isEmpty() ? Optional.empty() : Optional.of(entries.get(entries.size() - 1));
    }

    /** With calls that were counted up to now. */
    HourlyReleaseCallCounts plus(PeriodCallCounts calls, Duration served, Instant now) {
        Optional<HourlyCallCountsEntry> open = newest().filter(entry -> !entry.isFull());
        if (open.isPresent()) {
            return new HourlyReleaseCallCounts(entries, earlier, open.get().plus(calls, served, now));
        }
        List<HourlyCallCountsEntry> all = new ArrayList<>(entries);
        all.add(new HourlyCallCountsEntry(open() + 1, served, now, calls));
        return new HourlyReleaseCallCounts(all);
    }

    /** The number of the period that calls are counted in. */
    long open() {
        return newest().map(HourlyCallCountsEntry::number).orElse(0L);
    }

    /** Those periods that are not too old; one that ended in the future did so before the clock was set back. */
    HourlyReleaseCallCounts notOlderThan(Instant oldest) {
        List<HourlyCallCountsEntry> young = entries.stream()
                .filter(entry -> !entry.endedAt().isBefore(oldest))
                .toList();
        return young.size() == entries.size() ? this : new HourlyReleaseCallCounts(young);
    }

    PeriodCallCounts calls() {
        return newest().map(entry -> earlier.plus(entry.calls())).orElse(PeriodCallCounts.NONE);
    }

    /** The calls of the newest periods, of as few as have so many. */
    ToolCallCounts newest(long callsMin) {
        ToolCallCounts sum = ToolCallCounts.NONE;
        for (int i = entries.size() - 1; i >= 0 && sum.requests() < callsMin; i--) {
            sum = ToolCallTotals.sum(sum, entries.get(i).calls().all());
        }
        return sum;
    }

    Duration served() {
        return entries.stream().map(HourlyCallCountsEntry::served).reduce(Duration.ZERO, Duration::plus);
    }
}

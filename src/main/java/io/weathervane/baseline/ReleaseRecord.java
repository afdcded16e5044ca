package io.weathervane.baseline;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The calls of one release, in periods of an hour in which it had calls, oldest first. Time without a call is in no period: a quiet
 * weekend pushes nothing out.
 */
final class ReleaseRecord {
    static final ReleaseRecord NONE = new ReleaseRecord(List.of());

    /** 24 hours. */
    static final int PERIODS_MAX = 24;

    /** What is older says little of today: 7 days by the wall clock. */
    static final Duration AGE_MAX = Duration.ofDays(7);

    private final List<RecordPeriod> periods;

    /** The calls of all periods but the newest, which change once an hour. */
    private final CallRecord earlier;

    /** Of these periods, oldest first, the newest. */
    ReleaseRecord(List<RecordPeriod> periods) {
        this.periods = List.copyOf(periods.subList(Math.max(0, periods.size() - PERIODS_MAX), periods.size()));
        this.earlier = this.periods.stream()
                .limit(Math.max(0, this.periods.size() - 1))
                .map(RecordPeriod::calls)
                .reduce(CallRecord.NONE, CallRecord::plus);
    }

    private ReleaseRecord(List<RecordPeriod> before, CallRecord earlier, RecordPeriod newest) {
        List<RecordPeriod> all = new ArrayList<>(before);
        all.set(all.size() - 1, newest);
        this.periods = List.copyOf(all);
        this.earlier = earlier;
    }

    List<RecordPeriod> periods() {
        return periods;
    }

    private Optional<RecordPeriod> newest() {
        return periods.isEmpty() ? Optional.empty() : Optional.of(periods.get(periods.size() - 1));
    }

    /** With calls that were counted up to now. */
    ReleaseRecord plus(CallRecord calls, Duration served, Instant now) {
        Optional<RecordPeriod> open = newest().filter(period -> !period.isFull());
        if (open.isPresent()) {
            return new ReleaseRecord(periods, earlier, open.get().plus(calls, served, now));
        }
        List<RecordPeriod> all = new ArrayList<>(periods);
        all.add(new RecordPeriod(open() + 1, served, now, calls));
        return new ReleaseRecord(all);
    }

    /** The number of the period that calls are counted in. */
    long open() {
        return newest().map(RecordPeriod::number).orElse(0L);
    }

    /** Those periods that are not too old; one that ended in the future did so before the clock was set back. */
    ReleaseRecord notOlderThan(Instant oldest) {
        List<RecordPeriod> young = periods.stream()
                .filter(period -> !period.endedAt().isBefore(oldest))
                .toList();
        return young.size() == periods.size() ? this : new ReleaseRecord(young);
    }

    CallRecord calls() {
        return newest().map(period -> earlier.plus(period.calls())).orElse(CallRecord.NONE);
    }

    Duration served() {
        return periods.stream().map(RecordPeriod::served).reduce(Duration.ZERO, Duration::plus);
    }
}

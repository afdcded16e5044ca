package io.weathervane.probe;

import io.weathervane.monitor.BaselineRecord.LatencyRecord;
import io.weathervane.monitor.ToolFailureMetric;
import io.weathervane.worker.ProbeCall;
import java.util.Optional;
import java.util.OptionalLong;

/** One of the probes of a watch, and what the previous worker made of it. */
final class ProbeComparison {
    /** Answers of the previous worker that are needed to say how long the probe may take. */
    static final int BASELINE_CALLS = 3;

    private final ProbeCall call;
    private int passedBefore;
    private long longestBefore;
    private boolean known;
    private Optional<String> failsBefore = Optional.empty();
    private Optional<String> failsNow = Optional.empty();

    /** @param known whether a worker has answered it well before this comparison began */
    ProbeComparison(ProbeCall call, boolean known) {
        this.call = call;
        this.known = known;
    }

    ProbeCall call() {
        return call;
    }

    /** What its answers are counted as. */
    String key() {
        return ToolFailureMetric.PROBES.of(call.tool());
    }

    /** What those that went well are counted as, with those of them that took too long. */
    String lateKey() {
        return ToolFailureMetric.LATE.of(key());
    }

    synchronized void passedBefore(long nanos) {
        passedBefore++;
        known = true;
        longestBefore = Math.max(longestBefore, nanos);
        failsBefore = Optional.empty();
    }

    synchronized void failedBefore(String why) {
        failsBefore = Optional.of(why);
    }

    synchronized void now(Optional<String> failure) {
        failsNow = failure;
        known = known || failure.isEmpty();
    }

    /** Whether the previous worker has not said enough yet. */
    synchronized boolean isToCompare() {
        return passedBefore < BASELINE_CALLS || failsBefore.isPresent();
    }

    /** Whether one of the workers has answered it well, so that one that refuses it is at fault. */
    synchronized boolean isKnown() {
        return known;
    }

    /** Why the previous worker fails it, too, so that a failure says nothing of the new one. */
    synchronized Optional<String> failsBefore() {
        return failsBefore;
    }

    /** Why its newest call failed. */
    synchronized Optional<String> failsNow() {
        return failsNow;
    }

    /** A call that takes longer is late; empty while that is not known. */
    synchronized OptionalLong limitNanos() {
        return passedBefore < BASELINE_CALLS
                ? OptionalLong.empty()
                : OptionalLong.of(LatencyRecord.limitNanos(longestBefore));
    }
}

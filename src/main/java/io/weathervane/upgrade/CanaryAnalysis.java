package io.weathervane.upgrade;

import io.weathervane.monitor.BaselineRecord;
import io.weathervane.monitor.CheckResult;
import io.weathervane.monitor.DecisionAction;
import io.weathervane.monitor.MonitorPolicy;
import io.weathervane.monitor.MonitorStateMachine;
import io.weathervane.monitor.Observation;
import io.weathervane.monitor.WatchState;
import java.time.Duration;
import java.time.Instant;

/**
 * Judges the canary under one canary weight by the monitor's rules, against the active worker in the same time. Pure.
 *
 * <p>A weight passes when its step duration is over, the newest check is healthy, and enough checks saw enough traffic.
 * Until then it is held, for at most {@link #HOLD_FACTOR} more step durations; after that it is aborted, because no data is
 * not a pass. What would roll back or escalate a promotion aborts the weight at once, and so does a canary that is much
 * slower than the active worker in {@link #SLOW_CHECKS} checks in a row.
 *
 * @param slowRun checks in a row in which the canary was much slower
 */
record CanaryAnalysis(WatchState state, Duration time, int slowRun, Recommendation recommendation, String reason) {
    /** Step durations that a weight may be held beyond its own. */
    static final int HOLD_FACTOR = 2;

    static final int CHECKS_MIN = 6;
    static final int SLOW_CHECKS = 3;
    static final double SLOW_FACTOR = 5;
    static final Duration SLOW_MIN = Duration.ofMillis(50);

    /** Recommendation for the canary weight. */
    enum Recommendation {
        HOLD,
        GO_ON,
        ABORT
    }

    /**
     * The active worker in the time of a check.
     *
     * @param requests since the canary weight began
     * @param slower whether the canary is {@link #isSlower much slower}
     * @param latency the comparison in words
     */
    record Against(long requests, long errors, boolean slower, String latency) {}

    static CanaryAnalysis begin(
            String id, String canary, BaselineRecord active, Duration time, MonitorPolicy base, Instant now) {
        WatchState state = WatchState.begin(id, canary, active, policy(base, time, 0, 0), now);
        return new CanaryAnalysis(state, time, 0, Recommendation.HOLD, "no check yet");
    }

    /** The thresholds for the canary: the active worker's own error rate, where it is known, is not its fault. */
    static MonitorPolicy policy(MonitorPolicy base, Duration time, long activeRequests, long activeErrors) {
        double usual = activeRequests >= base.minRequests() ? (double) activeErrors / activeRequests : 0;
        Duration often = time.dividedBy(CHECKS_MIN);
        Duration interval = often.compareTo(base.checkInterval()) < 0 ? often : base.checkInterval();
        return new MonitorPolicy(
                Math.min(1, base.errorRateThreshold() + usual),
                new MonitorPolicy.Schedule(
                        time.multipliedBy(1 + HOLD_FACTOR),
                        interval.compareTo(MonitorPolicy.CHECK_INTERVAL_MIN) < 0
                                ? MonitorPolicy.CHECK_INTERVAL_MIN
                                : interval),
                base.failures(),
                base.minRequests(),
                base.restoreOnEscalation());
    }

    /** Whether a canary that takes so long is much slower than an active worker that takes so long. */
    static boolean isSlower(Duration canary, Duration active) {
        return canary.minus(active).compareTo(SLOW_MIN) >= 0 && canary.toNanos() > active.toNanos() * SLOW_FACTOR;
    }

    CanaryAnalysis next(Observation seen, Against active, MonitorPolicy base, Instant now) {
        MonitorPolicy policy = policy(base, time, active.requests(), active.errors());
        CheckResult step = MonitorStateMachine.next(state, seen, policy, now);
        int slow = active.slower() ? slowRun + 1 : 0;
        String why = step.decision().reason() + "; " + active.latency();
        if (step.decision().action().isDrastic()) {
            return new CanaryAnalysis(step.state(), time, slow, Recommendation.ABORT, why);
        }
        if (slow >= SLOW_CHECKS) {
            return new CanaryAnalysis(
                    step.state(), time, slow, Recommendation.ABORT, "much slower: " + active.latency());
        }
        if (isPassed(step, slow, now)) {
            return new CanaryAnalysis(step.state(), time, slow, Recommendation.GO_ON, why);
        }
        boolean held = step.state().running()
                && now.isBefore(state.schedule().startedAt().plus(held().plus(time)));
        return held
                ? new CanaryAnalysis(step.state(), time, slow, Recommendation.HOLD, why)
                : new CanaryAnalysis(step.state(), time, slow, Recommendation.ABORT, heldTooLong() + why);
    }

    private boolean isPassed(CheckResult step, int slow, Instant now) {
        return !now.isBefore(state.schedule().startedAt().plus(time))
                && slow == 0
                && step.decision().action() == DecisionAction.HEALTHY
                && step.state().counters().conclusiveChecks() >= MonitorPolicy.CONCLUSIVE_CHECKS;
    }

    private Duration held() {
        return time.multipliedBy(1 + HOLD_FACTOR);
    }

    private String heldTooLong() {
        return "it could not be judged good in "
                + held().toMillis() / 1000.0
                + " s (more traffic, a longer step, or no weight at all would do): ";
    }
}

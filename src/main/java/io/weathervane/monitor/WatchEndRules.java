package io.weathervane.monitor;

import java.time.Duration;
import java.time.Instant;

/** Rules that end a watch, and its outcome. Too little data and time without a check are never healthy. */
final class WatchEndRules {
    private final WatchState state;
    private final Decision decision;
    private final MonitorPolicy policy;

    private WatchEndRules(WatchState state, Decision decision, MonitorPolicy policy) {
        this.state = state;
        this.decision = decision;
        this.policy = policy;
    }

    /** @param state the state with the newest check counted in */
    static WatchState afterCheck(WatchState state, Decision decision, MonitorPolicy policy, Instant now) {
        WatchEndRules ending = new WatchEndRules(state, decision, policy);
        return now.isBefore(state.schedule().deadline()) || ending.isInDoubt() ? state : ending.end();
    }

    /**
     * A worker that turned bad shortly before the end has had too few checks for a decision: while failed ones are in the
     * window, it gets the checks of one window more, at the degraded interval.
     */
    private boolean isInDoubt() {
        long beyond = state.recent().stream()
                .filter(check -> !check.at().isBefore(state.schedule().deadline()))
                .count();
        return state.acted().isEmpty() && state.failedIn(policy.checkWindow()) > 0 && beyond < policy.checkWindow();
    }

    private WatchState end() {
        if (state.acted().isEmpty() && (isSuspicious() || isSuspiciousOfLate()) && isWorthMoreTime()) {
            return state;
        }
        if (state.acted().isPresent() || isDegraded()) {
            return state.ended(WatchOutcome.DEGRADED);
        }
        if (isHealthy()) {
            return state.ended(WatchOutcome.HEALTHY);
        }
        return isWorthMoreTime() ? state : state.ended(WatchOutcome.INCONCLUSIVE);
    }

    /** There is some evidence that more calls fail than before, and not enough for a decision. */
    private boolean isSuspicious() {
        return state.veto().isEmpty()
                && decision.conditions().stream()
                        .anyMatch(condition -> condition.unit() == RuleCondition.Unit.EVIDENCE
                                && condition.rule() != RuleKind.SLOWER
                                && condition.value().orElse(0) >= MonitorPolicy.SUSPICION * condition.limit());
    }

    /** A worker that turned bad late has had few calls since: it gets the time that an early change had. */
    private boolean isSuspiciousOfLate() {
        double evidence = new BaselineComparison(state, policy).regressionSinceBestMark();
        return state.veto().isEmpty() && evidence >= MonitorPolicy.SUSPICION * MonitorPolicy.EVIDENCE;
    }

    /** With a record to compare with, one check above 5 % is not enough: the calls of the whole watch are asked. */
    private boolean isDegraded() {
        if (decision.action() != DecisionAction.DEGRADE) {
            // The last check may have seen too little to say so.
            return state.callCounts().all().total().calls() >= MonitorPolicy.HEALTHY_CALLS
                    && isAbove(policy.errorRateThreshold(), state.callCounts().all());
        }
        boolean onlyRate = decision.conditions().stream()
                .filter(condition -> condition.holds()
                        && (condition.rule().action() == DecisionAction.DEGRADE
                                || condition.rule().isSignal()))
                .allMatch(condition -> condition.name().equals(RuleSetEvaluator.ERROR_RATE));
        return !onlyRate
                || !state.target().record().known()
                || isAbove(badRate(), state.callCounts().all())
                || isAbove(badRate(), state.callCounts().callers());
    }

    private static boolean isAbove(double rate, CallCountBins calls) {
        CallCounts total = calls.total();
        return total.calls() > 0 && WilsonInterval.lowerBound(total.failed(), total.calls()) > rate;
    }

    /** More than the previous worker's record allows for; above the threshold is bad even if it was so before. */
    private double badRate() {
        double asBefore =
                Math.max(MonitorPolicy.DEGRADED_RATE, state.target().record().upper());
        return Math.min(policy.errorRateThreshold(), asBefore);
    }

    private boolean isHealthy() {
        if (state.window(1).stream()
                .anyMatch(check -> check.observation().signals().stream().anyMatch(SignalReading::isUnknown))) {
            return false;
        }
        CallCounts total = state.callCounts().all().total();
        if (total.calls() >= MonitorPolicy.HEALTHY_CALLS) {
            double limit =
                    BaselineAdjustedLimits.of(policy, state.target().record()).errorRate();
            return WilsonInterval.upperBound(total.failed(), total.calls()) <= limit
                    && !isAbove(limit, state.callCounts().callers());
        }
        return state.counters().conclusiveChecks() >= MonitorPolicy.CONCLUSIVE_CHECKS
                && state.recent().stream()
                        .anyMatch(check -> check.observation().external().isPresent());
    }

    /** Failures too few to judge: there is something to find out. Without any, more time would be as quiet. */
    private boolean isWorthMoreTime() {
        Duration most = policy.gracePeriod().multipliedBy(MonitorPolicy.GRACE_PERIODS_MAX);
        return state.callCounts().all().total().failed() > 0
                && state.schedule().watched().compareTo(most) < 0;
    }
}

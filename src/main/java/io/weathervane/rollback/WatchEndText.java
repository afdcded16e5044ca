package io.weathervane.rollback;

import io.weathervane.monitor.CallCounts;
import io.weathervane.monitor.Decision;
import io.weathervane.monitor.DecisionAction;
import io.weathervane.monitor.MonitorPolicy;
import io.weathervane.monitor.WatchOutcome;
import io.weathervane.monitor.WatchState;
import io.weathervane.util.SafeText;
import java.util.Optional;
import java.util.Set;

/** Writes for people why a watch ended as it did; the last check alone does not always say it. */
public final class WatchEndText {
    private static final Set<WatchOutcome> BY_ITSELF =
            Set.of(WatchOutcome.HEALTHY, WatchOutcome.DEGRADED, WatchOutcome.INCONCLUSIVE);

    private WatchEndText() {}

    static String reason(WatchState ended, Decision last) {
        String lastCheck = "; the last check: " + last.reason();
        if (ended.acted().isPresent()) {
            return ended.acted().get().wireName() + " was due earlier in this watch and was not carried out"
                    + lastCheck;
        }
        return switch (ended.outcome()) {
            case HEALTHY -> healthy(ended);
            case DEGRADED ->
                inAll(ended) + (last.action() == DecisionAction.DEGRADE ? lastCheck : ", too many to be healthy");
            case INCONCLUSIVE ->
                unknown(
                                ended.callCounts().callers().total(),
                                ended.callCounts().probes().total())
                        + lastCheck;
            case RUNNING, ROLLED_BACK, ESCALATED, STOPPED -> last.reason();
        };
    }

    /** Why the newest watch came to its end by itself; empty when it did not, or is not over. */
    public static Optional<String> of(MonitorStatus status) {
        return status.watch()
                .map(MonitorStatus.Watch::state)
                .filter(state -> BY_ITSELF.contains(state.outcome()))
                .flatMap(state -> status.lastDecision().map(last -> SafeText.line(reason(state, last.decision()))));
    }

    private static String healthy(WatchState ended) {
        return ended.callCounts().all().total().calls() >= MonitorPolicy.HEALTHY_CALLS
                ? inAll(ended)
                : inAll(ended) + "; " + ended.counters().conclusiveChecks()
                        + " checks were conclusive by what another program counted";
    }

    private static String inAll(WatchState ended) {
        return "in the whole watch "
                + seen(
                        ended.callCounts().callers().total(),
                        ended.callCounts().probes().total());
    }

    /** Explains what the calls of a watch that ended inconclusive could not tell. */
    public static String unknown(CallCounts callers, CallCounts probes) {
        CallCounts all = callers.plus(probes);
        String seen = count(all.calls()) + " ended in the watch (" + callers.calls() + " of callers, " + probes.calls()
                + (probes.calls() == 1 ? " probe; " : " probes; ") + all.failed() + " failed)";
        return all.calls() < MonitorPolicy.HEALTHY_CALLS
                ? "too little traffic: " + seen + ", and " + MonitorPolicy.HEALTHY_CALLS
                        + " are needed to say whether it fails more or is slower"
                : seen + ", which do not tell whether it fails more or is slower";
    }

    private static String seen(CallCounts callers, CallCounts probes) {
        CallCounts all = callers.plus(probes);
        return all.failed() + " of " + count(all.calls()) + " failed (callers' " + callers.failed() + " of "
                + callers.calls() + ", probes " + probes.failed() + " of " + probes.calls() + ")";
    }

    private static String count(long calls) {
        return calls + (calls == 1 ? " call" : " calls");
    }
}

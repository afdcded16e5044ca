package io.weathervane.rollback;

import io.weathervane.monitor.CallCounts;
import io.weathervane.monitor.Decision;
import io.weathervane.monitor.DecisionAction;
import io.weathervane.monitor.MonitorPolicy;
import io.weathervane.monitor.WatchOutcome;
import io.weathervane.monitor.WatchState;

/** Why a watch ended as it did, for people. What the last check saw is not always why. */
public final class WatchEndText {
    private WatchEndText() {}

    static String reason(WatchState ended, Decision last) {
        String lastCheck = "; the last check: " + last.reason();
        if (ended.acted().isPresent()) {
            return ended.acted().get().wireName() + " was due earlier in this watch and was not carried out"
                    + lastCheck;
        }
        if (ended.outcome() == WatchOutcome.DEGRADED && last.action() != DecisionAction.DEGRADE) {
            return "in the whole watch " + ended.history().all().total().text() + " failed" + lastCheck;
        }
        return ended.outcome() == WatchOutcome.INCONCLUSIVE
                ? unknown(
                                ended.history().callers().total(),
                                ended.history().probes().total())
                        + lastCheck
                : last.reason();
    }

    /** What the calls of a watch that ended inconclusive could not tell. */
    public static String unknown(CallCounts callers, CallCounts probes) {
        CallCounts all = callers.plus(probes);
        String seen = all.calls() + " calls ended in the watch (" + callers.calls() + " of callers, " + probes.calls()
                + " probes; " + all.failed() + " failed)";
        return all.calls() < MonitorPolicy.HEALTHY_CALLS
                ? "too little traffic: " + seen + ", and " + MonitorPolicy.HEALTHY_CALLS
                        + " are needed to say whether it fails more or is slower"
                : seen + ", which do not tell whether it fails more or is slower";
    }
}

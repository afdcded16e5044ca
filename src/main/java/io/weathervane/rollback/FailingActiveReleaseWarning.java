package io.weathervane.rollback;

import io.weathervane.monitor.MonitorPolicy;
import io.weathervane.monitor.RuleCondition;
import io.weathervane.worker.RecentCallSummary;
import io.weathervane.worker.Role;
import io.weathervane.worker.WorkerManager;
import io.weathervane.worker.WorkerView;
import java.util.Optional;

/** What is to be said of the active worker before it is replaced. */
public final class FailingActiveReleaseWarning {
    private FailingActiveReleaseWarning() {}

    /** Says that the active worker is above the threshold itself, so that going back to it would not help. */
    public static Optional<String> trouble(WorkerManager workers, MonitorPolicy policy) {
        RecentCallSummary newest = workers.statistics(Role.ACTIVE);
        double rate = newest.errorRate().orElse(0);
        if (newest.requests() < MonitorPolicy.HEALTHY_CALLS || rate <= policy.errorRateThreshold()) {
            return Optional.empty();
        }
        String label = workers.view().active().map(WorkerView::label).orElse("none");
        return Optional.of("the active release " + label + " fails " + percent(rate) + " of its last "
                + newest.requests() + " calls, above the threshold " + percent(policy.errorRateThreshold())
                + ": a rollback to it would not help");
    }

    private static String percent(double rate) {
        return RuleCondition.format(rate, RuleCondition.Unit.RATE);
    }
}

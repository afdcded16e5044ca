package io.weathervane.baseline;

import io.weathervane.monitor.CallCounts;
import io.weathervane.monitor.MonitorPolicy;
import io.weathervane.monitor.RuleCondition;
import io.weathervane.worker.RecentCallSummary;
import io.weathervane.worker.Role;
import io.weathervane.worker.WorkerManager;
import io.weathervane.worker.WorkerView;
import java.util.Optional;

/**
 * Errors of the active release, to be told before it is replaced: the newest hours of its record, so that a restart
 * changes nothing, and the newest calls of its process, so that a fault that has just begun is not lost among an hour
 * of good calls.
 *
 * @param label empty where there is no active worker
 * @param newest its calls: those of the process where only they are above the threshold, else those of the record
 */
public record ActiveReleaseErrorSummary(Optional<String> label, CallCounts newest, double threshold) {
    public static ActiveReleaseErrorSummary of(WorkerManager workers, ReleaseRecorder releases, MonitorPolicy policy) {
        Optional<String> label = workers.view().active().map(WorkerView::label);
        ActiveReleaseErrorSummary recorded = new ActiveReleaseErrorSummary(
                label, releases.newestOfActive(MonitorPolicy.HEALTHY_CALLS), policy.errorRateThreshold());
        RecentCallSummary recent = workers.statistics(Role.ACTIVE);
        ActiveReleaseErrorSummary running = new ActiveReleaseErrorSummary(
                label, new CallCounts(recent.requests(), recent.errors()), policy.errorRateThreshold());
        return !recorded.isAbove() && running.isAbove() ? running : recorded;
    }

    private boolean isKnown() {
        return newest.calls() >= MonitorPolicy.HEALTHY_CALLS;
    }

    private boolean isAbove() {
        return isKnown() && rate() > threshold;
    }

    private double rate() {
        return newest.rate().orElse(0);
    }

    /** Says that the active release is above the threshold itself, so that going back to it would not help. */
    public Optional<String> trouble() {
        return trouble("active");
    }

    /** The same once it has been replaced. */
    public Optional<String> troubleOfReplaced() {
        return trouble("previous");
    }

    private Optional<String> trouble(String role) {
        return label.filter(release -> isAbove())
                .map(release -> "the " + role + " release " + release + " fails " + percent(rate()) + " of its last "
                        + newest.calls() + " calls, above the threshold " + percent(threshold)
                        + ": a rollback to it would not help");
    }

    /** Error rate in words, for a release without trouble. */
    public String text() {
        return label.map(this::text).orElse("not known: there is no active worker");
    }

    private String text(String release) {
        return isKnown()
                ? release + " fails " + percent(rate()) + " of its last " + newest.calls()
                        + " calls, not above the threshold " + percent(threshold)
                : "not known: " + release + " has had " + newest.calls() + " calls, and " + MonitorPolicy.HEALTHY_CALLS
                        + " are needed";
    }

    private static String percent(double rate) {
        return RuleCondition.format(rate, RuleCondition.Unit.RATE);
    }
}

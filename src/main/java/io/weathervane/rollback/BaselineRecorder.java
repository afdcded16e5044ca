package io.weathervane.rollback;

import io.weathervane.monitor.BaselineRecord;
import io.weathervane.monitor.BaselineRecord.LatencyRecord;
import io.weathervane.monitor.CallCategory;
import io.weathervane.monitor.CallCounts;
import io.weathervane.monitor.MonitorPolicy;
import io.weathervane.monitor.Overdispersion;
import io.weathervane.monitor.RuleCondition;
import io.weathervane.worker.CallStatistics;
import io.weathervane.worker.CallTallyDetails;
import io.weathervane.worker.Role;
import io.weathervane.worker.ToolCallCategory;
import io.weathervane.worker.ToolErrorPolicy;
import io.weathervane.worker.ToolTally;
import io.weathervane.worker.WorkerManager;
import io.weathervane.worker.WorkerView;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What the active worker's calls were up to now: the record that the next one is compared with. */
public final class BaselineRecorder {
    private BaselineRecorder() {}

    /** Of the active worker, before it is replaced. */
    public static BaselineRecord ofActive(WorkerManager workers, Optional<String> label) {
        CallTallyDetails figures = workers.figures(Role.ACTIVE);
        boolean relative = workers.toolErrors() == ToolErrorPolicy.RELATIVE;
        long errors = figures.tally().errors() - (relative ? 0 : figures.toolErrors());
        Map<String, CallCounts> tools = new HashMap<>();
        figures.tools().forEach((tool, calls) -> tools.put(tool, counts(calls, relative)));
        figures.parts().forEach((part, calls) -> tools.put(name(part), counts(calls, relative)));
        double spread = figures.bins().stream()
                .mapToDouble(bins -> Overdispersion.of(bins.size(), bins.bins(), bins.failures(), bins.squares()))
                .max()
                .orElse(1);
        return new BaselineRecord(
                label, new CallCounts(figures.tally().requests(), errors), tools, spread, latency(workers));
    }

    /** How the monitor calls the part. */
    static String name(ToolCallCategory part) {
        CallCategory kind = switch (part.kind()) {
            case SAME_ARGUMENTS -> CallCategory.SAME_ARGUMENTS;
            case SAME_FORM -> CallCategory.SAME_FORM;
            case GIVEN_UP -> CallCategory.GIVEN_UP;
            case LATE -> CallCategory.LATE;
        };
        return kind.of(part.tool());
    }

    /** Where tool errors count whatever they were before, they are no excuse. */
    private static CallCounts counts(ToolTally calls, boolean relative) {
        return new CallCounts(calls.requests(), calls.errors() - (relative ? 0 : calls.toolErrors()));
    }

    /** Says that the active worker is above the threshold itself, so that going back to it would not help. */
    public static Optional<String> trouble(WorkerManager workers, MonitorPolicy policy) {
        CallStatistics newest = workers.statistics(Role.ACTIVE);
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

    private static Optional<LatencyRecord> latency(WorkerManager workers) {
        CallStatistics recent = workers.statistics(Role.ACTIVE);
        if (recent.requests() < LatencyRecord.CALLS_MIN) {
            return Optional.empty();
        }
        return recent.p95().map(p95 -> {
            long limit = LatencyRecord.limitNanos(p95.toNanos());
            long slow = workers.recentSlowerThan(Role.ACTIVE, Duration.ofNanos(limit));
            return new LatencyRecord(
                    p95.toNanos(), limit, new CallCounts(recent.requests(), Math.min(slow, recent.requests())));
        });
    }
}

package io.weathervane.rollback;

import io.weathervane.monitor.Condition;
import io.weathervane.monitor.Counts;
import io.weathervane.monitor.MonitorPolicy;
import io.weathervane.monitor.Overdispersion;
import io.weathervane.monitor.Part;
import io.weathervane.monitor.ReleaseRecord;
import io.weathervane.monitor.ReleaseRecord.LatencyRecord;
import io.weathervane.worker.CallFigures;
import io.weathervane.worker.CallPart;
import io.weathervane.worker.CallStatistics;
import io.weathervane.worker.Role;
import io.weathervane.worker.ToolErrors;
import io.weathervane.worker.ToolTally;
import io.weathervane.worker.WorkerManager;
import io.weathervane.worker.WorkerView;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What the active worker's calls were up to now: the record that the next one is compared with. */
public final class BaselineRecords {
    private BaselineRecords() {}

    /** Of the active worker, before it is replaced. */
    public static ReleaseRecord ofActive(WorkerManager workers, Optional<String> label) {
        CallFigures figures = workers.figures(Role.ACTIVE);
        boolean relative = workers.toolErrors() == ToolErrors.RELATIVE;
        long errors = figures.tally().errors() - (relative ? 0 : figures.toolErrors());
        Map<String, Counts> tools = new HashMap<>();
        figures.tools().forEach((tool, calls) -> tools.put(tool, counts(calls, relative)));
        figures.parts().forEach((part, calls) -> tools.put(name(part), counts(calls, relative)));
        double spread = figures.bins().stream()
                .mapToDouble(bins -> Overdispersion.of(bins.size(), bins.bins(), bins.failures(), bins.squares()))
                .max()
                .orElse(1);
        return new ReleaseRecord(
                label, new Counts(figures.tally().requests(), errors), tools, spread, latency(workers));
    }

    /** How the monitor calls the part. */
    static String name(CallPart part) {
        Part kind = switch (part.kind()) {
            case SAME_ARGUMENTS -> Part.SAME_ARGUMENTS;
            case SAME_FORM -> Part.SAME_FORM;
            case GIVEN_UP -> Part.GIVEN_UP;
            case LATE -> Part.LATE;
        };
        return kind.of(part.tool());
    }

    /** Where tool errors count whatever they were before, they are no excuse. */
    private static Counts counts(ToolTally calls, boolean relative) {
        return new Counts(calls.requests(), calls.errors() - (relative ? 0 : calls.toolErrors()));
    }

    /** Says that the active worker is above the threshold itself, so that going back to it would not help. */
    public static Optional<String> trouble(WorkerManager workers, MonitorPolicy policy) {
        Optional<String> label = workers.view().active().map(WorkerView::label);
        Counts calls = ofActive(workers, label).calls();
        double rate = calls.rate().orElse(0);
        if (calls.calls() < MonitorPolicy.HEALTHY_CALLS || rate <= policy.errorRateThreshold()) {
            return Optional.empty();
        }
        return Optional.of("the active worker " + label.orElse("none") + " itself fails " + percent(rate) + " of its "
                + calls.calls() + " calls, above the threshold of " + percent(policy.errorRateThreshold())
                + ": a rollback to it would not help");
    }

    private static String percent(double rate) {
        return Condition.format(rate, Condition.Unit.RATE);
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
                    p95.toNanos(), limit, new Counts(recent.requests(), Math.min(slow, recent.requests())));
        });
    }
}

package io.weathervane.monitor;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** The calls of a watch beside the record of the previous worker. */
final class BaselineComparison {
    private static final double NANOS_PER_MILLI = 1_000_000;

    private final BaselineRecord record;
    private final WatchCallCounts callCounts;
    private final TrafficMixDifference mix;
    private final int marks;
    private final double threshold;

    /**
     * The tool, or the part of one, that fails most clearly; see {@link ToolFailureMetric}.
     *
     * @param wellBefore its calls that went well, with the previous worker and in this watch
     */
    record WorstTool(String tool, EValue eValue, double bound, long wellBefore) {
        boolean isDecisive() {
            CallCounts since = eValue.since();
            ToolFailureMetric part = ToolFailureMetric.in(tool);
            return part.rollsBack() && (!part.needsAllToFail() || since.failed() == since.calls());
        }
    }

    BaselineComparison(WatchState state, MonitorPolicy policy) {
        this.record = state.target().record();
        this.callCounts = state.callCounts();
        this.mix = TrafficMixDifference.of(record, callCounts);
        this.marks = WatchCallCounts.marks(policy);
        this.threshold = policy.errorRateThreshold();
    }

    /** Five percent, or the previous worker's own rate when that is more. */
    double fivePercent() {
        return Math.max(MonitorPolicy.DEGRADED_RATE, record.rate());
    }

    EValue aboveFivePercent() {
        return above(fivePercent(), callCounts.all());
    }

    /**
     * What the previous worker allows for with this mix of tools, and a margin. A worker without a record to be compared with is
     * held against the threshold, unless the few calls of the previous one were as bad.
     */
    double regressionBound() {
        double allowed = Math.min(1, record.upper() + record.margin() + mix.allowance());
        if (record.known()) {
            return allowed;
        }
        boolean failedBefore = record.calls().failed() > 0 && record.calls().calls() >= MonitorPolicy.HEALTHY_CALLS;
        return failedBefore ? Math.max(threshold, allowed) : threshold;
    }

    EValue regression() {
        return above(regressionBound(), mix.comparable());
    }

    /**
     * Evidence of a regression by the calls since the mark that says most, as if there were no other mark. Since that mark was
     * not chosen before, it is no reason to act, but one to look longer.
     */
    double regressionSinceBestMark() {
        CallCountBins since = new CallCountBins(List.of(regression().since()));
        return EValue.above(regressionBound(), since, /* marksMax= */ 1, record.spread())
                .value();
    }

    double notedBound() {
        return Math.min(1, record.upper() + MonitorPolicy.NOTED_MARGIN + mix.allowance());
    }

    EValue noted() {
        return above(notedBound(), mix.comparable());
    }

    /** Probes that go well must not hide that callers' calls fail, nor the other way round. */
    private EValue above(double bound, CallCountBins calls) {
        return EValue.aboveInAllOrPart(bound, calls, calls.minus(callCounts.probes()), marks, record.spread());
    }

    /** Each tool is a chance more of a false word, so that evidence of one needs so many times as much. */
    double toolLimit() {
        Set<String> tools = new HashSet<>(record.tools().keySet());
        tools.addAll(callCounts.tools().keySet());
        return MonitorPolicy.PART_EVIDENCE * Math.max(1, tools.size());
    }

    Optional<WorstTool> worstTool() {
        return callCounts.tools().entrySet().stream()
                .filter(tool -> tool.getValue().total().failed() > 0)
                .map(this::compared)
                .max(Comparator.comparing(this::isReason)
                        .thenComparingDouble(worst -> worst.eValue().value())
                        .thenComparing(WorstTool::tool));
    }

    /** One that a rollback is due to is shown before one that only says more clearly that something is wrong. */
    private boolean isReason(WorstTool worst) {
        boolean known = worst.wellBefore() >= MonitorPolicy.TOOL_KNOWN_CALLS
                || !ToolFailureMetric.in(worst.tool()).needsToBeKnown();
        return worst.isDecisive() && known && worst.eValue().value() >= toolLimit();
    }

    private WorstTool compared(Map.Entry<String, CallCountBins> entry) {
        String tool = entry.getKey();
        CallCounts before = before(tool);
        double allowed = Math.min(1, record.upperOf(before) + MonitorPolicy.PART_MARGIN);
        boolean compared = record.known() && !mix.unknown().containsKey(tool);
        double bound = compared ? allowed : Math.max(threshold, allowed);
        CallCounts now = entry.getValue().total();
        long well = before.calls() - before.failed() + now.calls() - now.failed();
        return new WorstTool(tool, EValue.above(bound, entry.getValue(), marks, record.spread()), bound, well);
    }

    /** Of the previous worker: where nothing was refused, each call that went well went well in each part. */
    private CallCounts before(String name) {
        ToolFailureMetric part = ToolFailureMetric.in(name);
        CallCounts ofTool = record.tools().getOrDefault(part.tool(name), CallCounts.NONE);
        CallCounts well =
                part == ToolFailureMetric.CALLS ? CallCounts.NONE : new CallCounts(ofTool.calls() - ofTool.failed(), 0);
        return record.tools().getOrDefault(name, well);
    }

    double slowBound() {
        return record.latency()
                .map(latency -> Math.min(1, latency.upper() + MonitorPolicy.PART_MARGIN))
                .orElse(1.0);
    }

    Optional<EValue> slower() {
        return record.latency().map(latency -> EValue.above(slowBound(), callCounts.slow(), marks, record.spread()));
    }

    String slowLimitText() {
        return record.latency()
                .map(latency -> millis(latency.limitNanos()) + " (p95 of the previous worker "
                        + millis(latency.p95Nanos()) + ")")
                .orElse("unknown");
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.1f ms", nanos / NANOS_PER_MILLI);
    }

    /** What the previous worker's calls were, for the end of a reason; nothing when it had none. */
    String previousText() {
        return previousText(record.calls());
    }

    String previousText(String tool) {
        return previousText(before(tool));
    }

    private String previousText(CallCounts calls) {
        return calls.calls() == 0
                ? ""
                : "; of the previous worker " + record.worker().orElse("") + " " + calls.text()
                        + " failed before the promotion";
    }

    /** Whose calls of this watch failed, where the server itself sent some. */
    Optional<String> apartText() {
        CallCounts probes = callCounts.probes().total();
        CallCounts callers = callCounts.callers().total();
        return probes.calls() == 0
                ? Optional.empty()
                : Optional.of("of this watch " + probes.failed() + " of " + probes.calls() + " probes failed and "
                        + callers.failed() + " of " + callers.calls() + " calls of callers");
    }

    /** Says when going back will not help much: the previous worker failed as often. */
    String asBadText(OptionalDouble rate) {
        boolean counted = record.calls().calls() >= MonitorPolicy.HEALTHY_CALLS;
        boolean asBad = counted && record.calls().rate().orElse(0) >= rate.orElse(1) - record.margin();
        return asBad ? ": as bad as before" + previousText() : "";
    }
}

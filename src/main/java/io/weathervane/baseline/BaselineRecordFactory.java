package io.weathervane.baseline;

import io.weathervane.monitor.BaselineRecord;
import io.weathervane.monitor.BaselineRecord.LatencyRecord;
import io.weathervane.monitor.CallCounts;
import io.weathervane.monitor.Overdispersion;
import io.weathervane.monitor.ToolFailureMetric;
import io.weathervane.worker.LatencyHistogram;
import io.weathervane.worker.ToolCallCounts;
import io.weathervane.worker.ToolComparisonCountKey;
import io.weathervane.worker.ToolErrorPolicy;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Turns the calls of a release into what the monitor compares the next one with. */
public final class BaselineRecordFactory {
    private BaselineRecordFactory() {}

    static BaselineRecord of(
            Optional<String> worker, PeriodCallCounts calls, ToolErrorPolicy toolErrors, BaselineRecord.Source source) {
        boolean relative = toolErrors == ToolErrorPolicy.RELATIVE;
        Map<String, CallCounts> tools = new HashMap<>();
        calls.tools().forEach((name, tool) -> {
            tools.put(name, counts(tool.calls(), relative));
            tool.parts()
                    .forEach((kind, part) ->
                            tools.put(nameOf(new ToolComparisonCountKey(name, kind)), counts(part, relative)));
        });
        double spread = calls.dispersion().values().stream()
                .mapToDouble(dispersion -> Overdispersion.of(
                        dispersion.size(), dispersion.bins(), dispersion.failures(), dispersion.squares()))
                .max()
                .orElse(1);
        return new BaselineRecord(worker, counts(calls.all(), relative), tools, spread, latency(calls), source);
    }

    /** Name of the part in the monitor. */
    public static String nameOf(ToolComparisonCountKey key) {
        ToolFailureMetric kind = switch (key.kind()) {
            case SAME_ARGUMENTS -> ToolFailureMetric.SAME_ARGUMENTS;
            case SAME_FORM -> ToolFailureMetric.SAME_FORM;
            case GIVEN_UP -> ToolFailureMetric.GIVEN_UP;
            case LATE -> ToolFailureMetric.LATE;
        };
        return kind.of(key.tool());
    }

    /** Where tool errors count whatever they were before, they are no excuse. */
    private static CallCounts counts(ToolCallCounts calls, boolean relative) {
        return new CallCounts(calls.requests(), calls.errors() - (relative ? 0 : calls.toolErrors()));
    }

    private static Optional<LatencyRecord> latency(PeriodCallCounts record) {
        LatencyHistogram took = record.latency();
        long calls = took.calls();
        if (calls < LatencyRecord.CALLS_MIN) {
            return Optional.empty();
        }
        long p95 = took.p95Nanos().orElseThrow();
        long limit = LatencyHistogram.limitNanos(LatencyRecord.limitNanos(p95));
        Map<String, Long> tools = new HashMap<>();
        record.tools().forEach((name, tool) -> {
            if (tool.latency().calls() >= LatencyRecord.CALLS_MIN) {
                tools.put(name, tool.latency().p95Nanos().orElseThrow());
            }
        });
        return Optional.of(new LatencyRecord(p95, limit, new CallCounts(calls, took.callsAbove(limit)), tools));
    }
}

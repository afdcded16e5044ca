package io.weathervane.baseline;

import io.weathervane.worker.CallTallyDetails;
import io.weathervane.worker.LatencyHistogram;
import io.weathervane.worker.ToolCallCounts;
import io.weathervane.worker.ToolComparisonCountKey;
import io.weathervane.worker.ToolComparisonCountKey.Kind;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The calls of one tool.
 *
 * @param parts what is told apart further, as far as anything failed in it
 */
record ToolCallTotals(ToolCallCounts calls, Map<Kind, ToolCallCounts> parts, LatencyHistogram latency) {
    static final ToolCallTotals NONE = new ToolCallTotals(ToolCallCounts.NONE, Map.of(), LatencyHistogram.NONE);

    ToolCallTotals {
        parts = Map.copyOf(parts);
    }

    /** What was counted of the tool between two looks at the same counters. */
    static ToolCallTotals between(
            String tool, CallTallyDetails before, CallTallyDetails now, LatencyHistogram latency) {
        ToolCallCounts earlier = before.tools().getOrDefault(tool, ToolCallCounts.NONE);
        Map<Kind, ToolCallCounts> parts = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            ToolComparisonCountKey key = new ToolComparisonCountKey(tool, kind);
            Optional.ofNullable(now.parts().get(key))
                    .ifPresent(counted ->
                            parts.put(kind, difference(before.parts().getOrDefault(key, wellDone(earlier)), counted)));
        }
        return new ToolCallTotals(
                difference(earlier, now.tools().getOrDefault(tool, ToolCallCounts.NONE)), parts, latency);
    }

    private static ToolCallCounts difference(ToolCallCounts before, ToolCallCounts now) {
        long errors = Math.max(0, now.errors() - before.errors());
        long requests = Math.max(errors, now.requests() - before.requests());
        return new ToolCallCounts(
                requests, errors, Math.min(errors, Math.max(0, now.toolErrors() - before.toolErrors())));
    }

    boolean isEmpty() {
        return calls.requests() == 0 && parts.values().stream().allMatch(part -> part.requests() == 0);
    }

    /** Where nothing failed in a part, each call that went well went well in it. */
    ToolCallTotals plus(ToolCallTotals more) {
        Set<Kind> kinds = EnumSet.noneOf(Kind.class);
        kinds.addAll(parts.keySet());
        kinds.addAll(more.parts.keySet());
        Map<Kind, ToolCallCounts> sum = new EnumMap<>(Kind.class);
        kinds.forEach(kind -> sum.put(kind, sum(part(kind), more.part(kind))));
        return new ToolCallTotals(sum(calls, more.calls), sum, latency.plus(more.latency));
    }

    private ToolCallCounts part(Kind kind) {
        return parts.getOrDefault(kind, wellDone(calls));
    }

    private static ToolCallCounts wellDone(ToolCallCounts calls) {
        return new ToolCallCounts(calls.requests() - calls.errors(), 0, 0);
    }

    static ToolCallCounts sum(ToolCallCounts one, ToolCallCounts other) {
        return new ToolCallCounts(
                Math.addExact(one.requests(), other.requests()),
                Math.addExact(one.errors(), other.errors()),
                Math.addExact(one.toolErrors(), other.toolErrors()));
    }
}

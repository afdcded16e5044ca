package io.weathervane.baseline;

import io.weathervane.worker.CallTallyDetails;
import io.weathervane.worker.CallTotals;
import io.weathervane.worker.FailureDispersionSums;
import io.weathervane.worker.LatencyHistogram;
import io.weathervane.worker.ServedCallTotals;
import io.weathervane.worker.ToolCallCounts;
import io.weathervane.worker.ToolComparisonCountKey;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The calls of a release within some time. Records of several times add up.
 *
 * @param dispersion how evenly the failures came, by the size of the bins
 * @param tools by name, at most {@link #TOOLS_MAX}; the calls of further tools are in the sums only
 */
record PeriodCallCounts(
        ToolCallCounts all,
        Map<Long, FailureDispersionSums> dispersion,
        LatencyHistogram latency,
        Map<String, ToolCallTotals> tools) {
    static final PeriodCallCounts NONE =
            new PeriodCallCounts(ToolCallCounts.NONE, Map.of(), LatencyHistogram.NONE, Map.of());

    static final int TOOLS_MAX = 64;

    /** Characters of a name; a tool with a longer one has no record of its own. */
    static final int NAME_MAX = 128;

    PeriodCallCounts {
        dispersion = Map.copyOf(dispersion);
        tools = Map.copyOf(tools);
    }

    static PeriodCallCounts of(ServedCallTotals counted) {
        return between(Optional.empty(), counted);
    }

    /** What was counted since; all that was counted when the numbers went back, since then they began anew. */
    static PeriodCallCounts between(Optional<ServedCallTotals> before, ServedCallTotals now) {
        CallTallyDetails details = now.details();
        CallTallyDetails earlier = before.map(ServedCallTotals::details).orElse(CallTallyDetails.NONE);
        CallTotals then = earlier.totals();
        CallTotals totals = details.totals();
        if (totals.requests() < then.requests() || totals.errors() < then.errors()) {
            return between(Optional.empty(), now);
        }
        long requests = totals.requests() - then.requests();
        long errors = Math.min(requests, totals.errors() - then.errors());
        long toolErrors = Math.min(errors, Math.max(0, details.toolErrors() - earlier.toolErrors()));
        return new PeriodCallCounts(
                new ToolCallCounts(requests, errors, toolErrors),
                binsBetween(earlier.dispersion(), details.dispersion()),
                now.latency().since(before.map(ServedCallTotals::latency).orElse(LatencyHistogram.NONE)),
                toolsBetween(
                        earlier, now, before.map(ServedCallTotals::toolLatency).orElse(Map.of())));
    }

    private static Map<Long, FailureDispersionSums> binsBetween(
            List<FailureDispersionSums> before, List<FailureDispersionSums> now) {
        Map<Long, FailureDispersionSums> earlier =
                before.stream().collect(Collectors.toMap(FailureDispersionSums::size, one -> one));
        Map<Long, FailureDispersionSums> made = new HashMap<>();
        for (FailureDispersionSums dispersion : now) {
            FailureDispersionSums then =
                    earlier.getOrDefault(dispersion.size(), new FailureDispersionSums(dispersion.size(), 0, 0, 0));
            if (dispersion.bins() > then.bins()) {
                made.put(
                        dispersion.size(),
                        new FailureDispersionSums(
                                dispersion.size(),
                                dispersion.bins() - then.bins(),
                                dispersion.failures() - then.failures(),
                                dispersion.squares() - then.squares()));
            }
        }
        return made;
    }

    private static Map<String, ToolCallTotals> toolsBetween(
            CallTallyDetails before, ServedCallTotals now, Map<String, LatencyHistogram> latencyBefore) {
        Set<String> names = new HashSet<>(now.details().tools().keySet());
        now.details().parts().keySet().stream()
                .map(ToolComparisonCountKey::tool)
                .forEach(names::add);
        Map<String, ToolCallTotals> made = new HashMap<>();
        for (String tool : names) {
            LatencyHistogram took = now.toolLatency()
                    .getOrDefault(tool, LatencyHistogram.NONE)
                    .since(latencyBefore.getOrDefault(tool, LatencyHistogram.NONE));
            ToolCallTotals record = ToolCallTotals.between(tool, before, now.details(), took);
            if (!record.isEmpty() && !tool.isEmpty() && tool.length() <= NAME_MAX) {
                made.put(tool, record);
            }
        }
        return bounded(made);
    }

    /** Without the tools that were called least, where there are too many. */
    private static Map<String, ToolCallTotals> bounded(Map<String, ToolCallTotals> tools) {
        if (tools.size() <= TOOLS_MAX) {
            return tools;
        }
        return tools.entrySet().stream()
                .sorted(Comparator.<Map.Entry<String, ToolCallTotals>>comparingLong(
                                tool -> -tool.getValue().calls().requests())
                        .thenComparing(Map.Entry::getKey))
                .limit(TOOLS_MAX)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    boolean isEmpty() {
        return all.requests() == 0 && tools.isEmpty();
    }

    PeriodCallCounts plus(PeriodCallCounts more) {
        Map<Long, FailureDispersionSums> sumOfBins = new TreeMap<>(dispersion);
        more.dispersion.forEach((size, one) -> sumOfBins.merge(size, one, PeriodCallCounts::sum));
        Map<String, ToolCallTotals> sumOfTools = new HashMap<>();
        Stream.of(tools, more.tools)
                .forEach(part -> part.forEach((name, tool) -> sumOfTools.merge(name, tool, ToolCallTotals::plus)));
        return new PeriodCallCounts(
                ToolCallTotals.sum(all, more.all), sumOfBins, latency.plus(more.latency), bounded(sumOfTools));
    }

    private static FailureDispersionSums sum(FailureDispersionSums one, FailureDispersionSums other) {
        return new FailureDispersionSums(
                one.size(),
                Math.addExact(one.bins(), other.bins()),
                Math.addExact(one.failures(), other.failures()),
                one.squares() + other.squares());
    }
}

package io.weathervane.baseline;

import io.weathervane.worker.CallTallyDetails;
import io.weathervane.worker.CallTotals;
import io.weathervane.worker.FailureBinSums;
import io.weathervane.worker.LatencyHistogram;
import io.weathervane.worker.ServedCallTotals;
import io.weathervane.worker.ToolComparisonCountKey;
import io.weathervane.worker.ToolTally;
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
 * @param bins how evenly the failures came, by the size of the bins
 * @param tools by name, at most {@link #TOOLS_MAX}; the calls of further tools are in the sums only
 */
record PeriodCallCounts(
        ToolTally all, Map<Long, FailureBinSums> bins, LatencyHistogram latency, Map<String, ToolCallTotals> tools) {
    static final PeriodCallCounts NONE =
            new PeriodCallCounts(ToolTally.NONE, Map.of(), LatencyHistogram.NONE, Map.of());

    static final int TOOLS_MAX = 64;

    /** Characters of a name; a tool with a longer one has no record of its own. */
    static final int NAME_MAX = 128;

    PeriodCallCounts {
        bins = Map.copyOf(bins);
        tools = Map.copyOf(tools);
    }

    static PeriodCallCounts of(ServedCallTotals counted) {
        return between(Optional.empty(), counted);
    }

    /** What was counted since; all that was counted when the numbers went back, since then they began anew. */
    static PeriodCallCounts between(Optional<ServedCallTotals> before, ServedCallTotals now) {
        CallTallyDetails figures = now.figures();
        CallTallyDetails earlier = before.map(ServedCallTotals::figures).orElse(CallTallyDetails.NONE);
        CallTotals then = earlier.tally();
        CallTotals tally = figures.tally();
        if (tally.requests() < then.requests() || tally.errors() < then.errors()) {
            return between(Optional.empty(), now);
        }
        long requests = tally.requests() - then.requests();
        long errors = Math.min(requests, tally.errors() - then.errors());
        long toolErrors = Math.min(errors, Math.max(0, figures.toolErrors() - earlier.toolErrors()));
        return new PeriodCallCounts(
                new ToolTally(requests, errors, toolErrors),
                binsBetween(earlier.bins(), figures.bins()),
                now.latency().since(before.map(ServedCallTotals::latency).orElse(LatencyHistogram.NONE)),
                toolsBetween(
                        earlier, now, before.map(ServedCallTotals::toolLatency).orElse(Map.of())));
    }

    private static Map<Long, FailureBinSums> binsBetween(List<FailureBinSums> before, List<FailureBinSums> now) {
        Map<Long, FailureBinSums> earlier = before.stream().collect(Collectors.toMap(FailureBinSums::size, one -> one));
        Map<Long, FailureBinSums> made = new HashMap<>();
        for (FailureBinSums bins : now) {
            FailureBinSums then = earlier.getOrDefault(bins.size(), new FailureBinSums(bins.size(), 0, 0, 0));
            if (bins.bins() > then.bins()) {
                made.put(
                        bins.size(),
                        new FailureBinSums(
                                bins.size(),
                                bins.bins() - then.bins(),
                                bins.failures() - then.failures(),
                                bins.squares() - then.squares()));
            }
        }
        return made;
    }

    private static Map<String, ToolCallTotals> toolsBetween(
            CallTallyDetails before, ServedCallTotals now, Map<String, LatencyHistogram> latencyBefore) {
        Set<String> names = new HashSet<>(now.figures().tools().keySet());
        now.figures().parts().keySet().stream()
                .map(ToolComparisonCountKey::tool)
                .forEach(names::add);
        Map<String, ToolCallTotals> made = new HashMap<>();
        for (String tool : names) {
            LatencyHistogram took = now.toolLatency()
                    .getOrDefault(tool, LatencyHistogram.NONE)
                    .since(latencyBefore.getOrDefault(tool, LatencyHistogram.NONE));
            ToolCallTotals record = ToolCallTotals.between(tool, before, now.figures(), took);
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
        Map<Long, FailureBinSums> sumOfBins = new TreeMap<>(bins);
        more.bins.forEach((size, one) -> sumOfBins.merge(size, one, PeriodCallCounts::sum));
        Map<String, ToolCallTotals> sumOfTools = new HashMap<>();
        Stream.of(tools, more.tools)
                .forEach(part -> part.forEach((name, tool) -> sumOfTools.merge(name, tool, ToolCallTotals::plus)));
        return new PeriodCallCounts(
                ToolCallTotals.sum(all, more.all), sumOfBins, latency.plus(more.latency), bounded(sumOfTools));
    }

    private static FailureBinSums sum(FailureBinSums one, FailureBinSums other) {
        return new FailureBinSums(
                one.size(),
                Math.addExact(one.bins(), other.bins()),
                Math.addExact(one.failures(), other.failures()),
                one.squares() + other.squares());
    }
}

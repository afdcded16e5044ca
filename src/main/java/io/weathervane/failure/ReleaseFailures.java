package io.weathervane.failure;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Failures of one release's calls.
 *
 * @param calls failed ones included
 * @param tools those with failed calls, the most failures first
 * @param byCallers calls that failed by their callers' mistakes, which are in no other number
 * @param probes tools with failed calls among those that watches made themselves, which are in no other number
 */
record ReleaseFailures(
        ReleaseInfo release,
        long calls,
        List<ToolFailures> tools,
        List<ToolFailures> byCallers,
        List<ToolFailures> probes) {
    private static final Comparator<ToolFailures> MOST_FIRST = Comparator.comparing(
                    (ToolFailures one) -> one.tool().equals(ReleaseCalls.OTHER_TOOLS))
            .thenComparing(Comparator.comparingLong(ToolFailures::failed).reversed())
            .thenComparing(ToolFailures::tool);

    public ReleaseFailures {
        tools = tools.stream().sorted(MOST_FIRST).toList();
        byCallers = byCallers.stream().sorted(MOST_FIRST).toList();
        probes = probes.stream().sorted(MOST_FIRST).toList();
    }

    /** @param before the calls of the release that it is compared with */
    static ReleaseFailures of(ReleaseInfo release, ReleaseCalls calls, Optional<ReleaseCalls> before) {
        List<ToolFailures> byCallers = new ArrayList<>();
        for (String tool : calls.byCallers().tools()) {
            byCallers.add(
                    new ToolFailures(tool, 0, kinds(calls.byCallers().of(tool), Optional.empty()), Optional.empty()));
        }
        List<ToolFailures> probes = calls.probes()
                .map(own -> tools(own, before.map(other -> other.probes().orElse(ReleaseCalls.NONE))))
                .orElse(List.of());
        return new ReleaseFailures(release, calls.total(), tools(calls, before), byCallers, probes);
    }

    private static List<ToolFailures> tools(ReleaseCalls calls, Optional<ReleaseCalls> before) {
        List<ToolFailures> tools = new ArrayList<>();
        for (String tool : calls.byWorker().tools()) {
            tools.add(new ToolFailures(
                    tool,
                    calls.of(tool),
                    kinds(calls.byWorker().of(tool), before.map(other -> compared(tool, other))),
                    before.map(other -> previous(tool, other))));
        }
        return tools;
    }

    /** The calls of a tool in the release that it is compared with. */
    private record Compared(long calls, Map<FailureGroupKey, FailureCounts.Entry> keys) {
        /** Empty when it is not known, because the other release does not tell all its kinds apart. */
        Optional<PreviousReleaseFailureCount> of(FailureGroupKey key) {
            boolean known = !key.equals(FailureGroupKey.OTHER)
                    && (keys.containsKey(key) || !keys.containsKey(FailureGroupKey.OTHER));
            return known
                    ? Optional.of(new PreviousReleaseFailureCount(
                            keys.getOrDefault(key, FailureCounts.Entry.NONE).count(), calls))
                    : Optional.empty();
        }
    }

    private static Compared compared(String tool, ReleaseCalls other) {
        return new Compared(other.of(tool), other.byWorker().of(tool));
    }

    private static PreviousReleaseFailureCount previous(String tool, ReleaseCalls other) {
        long failed = other.byWorker().of(tool).values().stream()
                .mapToLong(FailureCounts.Entry::count)
                .sum();
        return new PreviousReleaseFailureCount(failed, other.of(tool));
    }

    private static List<ToolFailureKindCount> kinds(
            Map<FailureGroupKey, FailureCounts.Entry> keys, Optional<Compared> before) {
        List<ToolFailureKindCount> counts = new ArrayList<>();
        keys.forEach((key, entry) -> counts.add(
                new ToolFailureKindCount(key, entry.count(), entry.samples(), before.flatMap(other -> other.of(key)))));
        return counts;
    }

    public long failed() {
        return tools.stream().mapToLong(ToolFailures::failed).sum();
    }

    /** Calls that were refused although such arguments went well before. */
    long refused() {
        return byCallers.stream()
                .flatMap(tool -> tool.refusals().stream())
                .mapToLong(ToolFailureKindCount::count)
                .sum();
    }

    long recorded() {
        return failed()
                + byCallers.stream().mapToLong(ToolFailures::failed).sum()
                + probes.stream().mapToLong(ToolFailures::failed).sum();
    }

    ReleaseFailures limited(FailureReportLimits limits) {
        return new ReleaseFailures(
                release, calls, limited(tools, limits), limited(byCallers, limits), limited(probes, limits));
    }

    private static List<ToolFailures> limited(List<ToolFailures> tools, FailureReportLimits limits) {
        List<ToolFailures> shown = new ArrayList<>();
        int apart = tools.size() <= limits.tools() ? tools.size() : limits.tools() - 1;
        tools.subList(0, apart).forEach(tool -> shown.add(tool.limited(limits)));
        if (apart < tools.size()) {
            shown.add(ToolFailures.folded(tools.subList(apart, tools.size()), limits));
        }
        return shown;
    }
}

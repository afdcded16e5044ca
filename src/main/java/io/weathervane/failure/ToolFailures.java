package io.weathervane.failure;

import io.weathervane.util.Redactor;
import io.weathervane.util.SafeText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Failures of one tool's calls in one release.
 *
 * @param calls of the tool in the release, failed ones included; 0 for callers' mistakes, which are no share of them
 * @param kinds the most frequent first
 * @param previous the tool's failed calls in the release that it is compared with
 */
record ToolFailures(
        String tool, long calls, List<ToolFailureKindCount> kinds, Optional<PreviousReleaseFailureCount> previous) {
    /** Characters of a tool's name that a caller made up. */
    private static final int NAME_LENGTH_MAX = 100;

    private static final Comparator<ToolFailureKindCount> FREQUENT_FIRST = Comparator.comparing(
                    (ToolFailureKindCount one) -> one.key().equals(FailureGroupKey.OTHER))
            .thenComparing(Comparator.comparingLong(ToolFailureKindCount::count).reversed())
            .thenComparing(one -> one.key().text());

    public ToolFailures {
        kinds = kinds.stream().sorted(FREQUENT_FIRST).toList();
    }

    /** A name that only a caller vouches for, fit to be kept. */
    static String shownName(String tool) {
        return SafeText.line(Redactor.clean(SafeText.cut(tool, NAME_LENGTH_MAX)));
    }

    String shownName() {
        return shownName(tool);
    }

    public long failed() {
        return kinds.stream().mapToLong(ToolFailureKindCount::count).sum();
    }

    /** Those of its callers' mistakes that are judged by comparison. */
    List<ToolFailureKindCount> refusals() {
        return kinds.stream().filter(ToolFailureKindCount::isRefusal).toList();
    }

    ToolFailures limited(FailureReportLimits limits) {
        List<ToolFailureKindCount> shown = new ArrayList<>();
        int apart = kinds.size() <= limits.kinds() ? kinds.size() : limits.kinds() - 1;
        kinds.subList(0, apart).forEach(kind -> shown.add(kind.limited(limits.samples())));
        if (apart < kinds.size()) {
            shown.add(folded(kinds.subList(apart, kinds.size())));
        }
        return new ToolFailures(tool, calls, shown, previous);
    }

    private static ToolFailureKindCount folded(List<ToolFailureKindCount> rest) {
        long count = rest.stream().mapToLong(ToolFailureKindCount::count).sum();
        return new ToolFailureKindCount(FailureGroupKey.OTHER, count, List.of(), Optional.empty());
    }

    /** Tools that are not told apart, as one. */
    static ToolFailures folded(List<ToolFailures> rest, FailureReportLimits limits) {
        List<ToolFailureKindCount> kinds = List.of(
                folded(rest.stream().flatMap(tool -> tool.kinds().stream()).toList()));
        long calls = rest.stream().mapToLong(ToolFailures::calls).sum();
        return new ToolFailures(ReleaseCalls.OTHER_TOOLS, calls, kinds, Optional.empty()).limited(limits);
    }
}

package io.weathervane.failure;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A report as lines for a person: the same in every answer, report and alert. */
public final class FailureReportText {
    /** Kinds in one line. */
    private static final int HEADLINE_KINDS_MAX = 3;

    /** After the name of a tool, for calls that a watch made itself; they are in no other number. */
    private static final String PROBE = " as a probe";

    private FailureReportText() {}

    /** A line for each release, below it its tools, their kinds and the newest sample of each. */
    public static List<String> lines(FailureReport report) {
        List<String> lines = new ArrayList<>();
        report.limited(FailureReportLimits.TEXT).releases().forEach(release -> addRelease(lines, release));
        return lines;
    }

    private static void addRelease(List<String> lines, ReleaseFailures release) {
        lines.add("what failed in " + release.release().label() + " ("
                + release.release().role() + "): "
                + (release.failed() == 0
                        ? "none of " + release.calls() + " calls"
                        : of(release.failed(), release.calls()))
                + (release.refused() == 0 ? "" : ", and " + release.refused() + " more were refused,")
                + " since " + release.release().since());
        release.tools().forEach(tool -> addTool(lines, tool, "", release.release()));
        release.probes().forEach(tool -> addTool(lines, tool, PROBE, release.release()));
        release.byCallers().forEach(tool -> addByCallers(lines, tool));
    }

    private static void addTool(List<String> lines, ToolFailures tool, String as, ReleaseInfo release) {
        lines.add("  " + tool.shownName() + as + ": " + of(tool.failed(), tool.calls()));
        tool.kinds().forEach(kind -> addKind(lines, kind, tool, release));
    }

    /**
     * Adds refused calls with the worker's words: they are judged by comparison, so they may be the reason of a
     * decision.
     */
    private static void addByCallers(List<String> lines, ToolFailures tool) {
        for (ToolFailureKindCount kind : tool.refusals()) {
            lines.add("  refused, though such arguments went well before, judged by comparison: " + tool.shownName()
                    + ": " + kind.count() + " " + kind.key().shown());
            kind.samples().stream().findFirst().ifPresent(sample -> lines.add("    newest " + sample(sample)));
        }
        String mistakes = tool.kinds().stream()
                .filter(kind -> !kind.isRefusal())
                .map(kind -> kind.count() + " " + kind.key().shown())
                .collect(Collectors.joining(", "));
        if (!mistakes.isEmpty()) {
            lines.add("  callers' mistakes, not counted: " + tool.shownName() + ": " + mistakes);
        }
    }

    private static void addKind(List<String> lines, ToolFailureKindCount kind, ToolFailures tool, ReleaseInfo release) {
        lines.add("    " + kind.count() + " (" + percent(kind.count(), tool.calls()) + ") "
                + kind.key().shown()
                + comparison(kind, tool, release).map(text -> "; " + text).orElse(""));
        kind.samples().stream().findFirst().ifPresent(sample -> lines.add("      newest " + sample(sample)));
    }

    /** One failed call. */
    private static String sample(FailureSample sample) {
        return sample.at() + sample.traceId().map(id -> " trace " + id).orElse("") + ": " + sample.text()
                + sample.arguments().map(given -> " | arguments " + given).orElse("");
    }

    /** Empty where the other release had no calls since the server started: its calls before then are not known by kind. */
    private static Optional<String> comparison(ToolFailureKindCount kind, ToolFailures tool, ReleaseInfo release) {
        String other = release.comparedWith().orElse("");
        return kind.previous().filter(before -> before.calls() > 0).map(before -> {
            if (before.count() == 0) {
                return "new in this release, " + other + " has none in " + before.calls() + " calls";
            }
            return other
                    + (isAlike(kind, tool, before) ? " fails the same: " : " fails so less often: ")
                    + of(before.count(), before.calls());
        });
    }

    /** Whether the other release has at least half the share. */
    private static boolean isAlike(ToolFailureKindCount kind, ToolFailures tool, PreviousReleaseFailureCount before) {
        return 2.0 * before.count() / before.calls() >= (double) kind.count() / Math.max(1, tool.calls());
    }

    /** The most frequent kinds of one release in one line; empty when nothing failed. */
    public static Optional<String> headline(FailureReport report, String label) {
        return report.of(label)
                .map(release -> Stream.of(
                                release.tools().stream().flatMap(tool -> ToolKind.of(tool, "", tool.kinds())),
                                release.probes().stream().flatMap(tool -> ToolKind.of(tool, PROBE, tool.kinds())),
                                release.byCallers().stream().flatMap(tool -> ToolKind.of(tool, "", tool.refusals())))
                        .flatMap(kinds -> kinds)
                        .sorted((one, other) ->
                                Long.compare(other.kind().count(), one.kind().count()))
                        .limit(HEADLINE_KINDS_MAX)
                        .map(one -> one.text(release.release()))
                        .collect(Collectors.joining("; ")))
                .filter(kinds -> !kinds.isEmpty())
                .map(kinds -> "what failed in " + label + ": " + kinds);
    }

    private record ToolKind(ToolFailures tool, String as, ToolFailureKindCount kind) {
        static Stream<ToolKind> of(ToolFailures tool, String as, List<ToolFailureKindCount> kinds) {
            return kinds.stream().map(kind -> new ToolKind(tool, as, kind));
        }

        String text(ReleaseInfo release) {
            String count = kind.isRefusal()
                    ? kind.count() + " calls refused, though such arguments went well before,"
                    : FailureReportText.of(kind.count(), tool.calls());
            return Stream.of(
                            Optional.of(tool.shownName() + as + " " + count + " "
                                    + kind.key().shown() + kind.wordsOfTheWorker()),
                            comparison(kind, tool, release))
                    .flatMap(Optional::stream)
                    .collect(Collectors.joining(", "));
        }
    }

    private static String of(long count, long calls) {
        return count + " of " + calls + " calls (" + percent(count, calls) + ")";
    }

    private static String percent(long count, long calls) {
        return calls == 0 ? "?" : String.format(Locale.ROOT, "%.1f%%", 100.0 * count / calls);
    }
}

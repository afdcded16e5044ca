package io.weathervane.shadow;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** A report in lines for a terminal. */
final class ReportText {
    /** Differences shown; the file has the others. */
    private static final int DIFFERENCES_MAX = 10;

    /** Accepted changes without effect that a sentence names. */
    private static final int NAMED_MAX = 5;

    /** Tools that a sentence names for each severity. */
    private static final int TOOLS_MAX = 12;

    private ReportText() {}

    static String of(ShadowReport report) {
        StringBuilder out = new StringBuilder();
        ShadowReport.Frame frame = report.frame();
        ShadowFindingsCollector findings = report.findings();
        line(out, "shadow comparison " + report.outcome().wireName() + ": " + report.summary());
        report.reasons().stream().skip(1).forEach(reason -> line(out, "  also: " + reason));
        line(out, "");
        line(
                out,
                String.format(
                        Locale.ROOT, "%-22s %12s %12s", "", shortened(frame.active()), shortened(frame.canary())));
        row(out, "tools", frame.activeTools(), frame.canaryTools());
        row(out, "calls compared", findings.callsCompared(), findings.callsCompared());
        row(out, "failed", findings.activeErrors(), findings.canaryErrors());
        ObjectNode active =
                LatencySamples.toJson(findings.tools.values().stream().map(tool -> tool.active));
        ObjectNode canary =
                LatencySamples.toJson(findings.tools.values().stream().map(tool -> tool.canary));
        row(out, "p50 ms", active.path("p50Ms").asDouble(), canary.path("p50Ms").asDouble());
        row(out, "p95 ms", active.path("p95Ms").asDouble(), canary.path("p95Ms").asDouble());
        differences(out, report);
        acceptable(out, report.acceptable());
        notes(out, "not called", findings.skipped);
        notes(out, "differs on the active worker itself", findings.nondeterministic);
        return out.toString();
    }

    static String definitions(ToolListDifferences tools) {
        long blocking = tools.count(ToolDifference.Standing.BLOCKING);
        if (tools.differences().isEmpty()) {
            return "the same tool definitions";
        }
        if (blocking > 0) {
            return blocking + " blocking changes of tools: " + bySeverity(tools, ToolDifference.Standing.BLOCKING);
        }
        long accepted = tools.count(ToolDifference.Standing.ACCEPTED);
        long notes = tools.notes();
        return (accepted == 0 ? "" : accepted + " accepted" + named(tools))
                + (accepted == 0 || notes == 0 ? "" : " and ")
                + (notes == 0 ? "" : notes + " harmless")
                + (accepted + notes == 1 ? " change" : " changes")
                + " of tool definitions";
    }

    private static String named(ToolListDifferences tools) {
        List<AcceptedToolChange> used = tools.accepted().stream()
                .map(AcceptedToolChange::of)
                .flatMap(Optional::stream)
                .distinct()
                .toList();
        return used.isEmpty() ? "" : " (" + AcceptedToolChange.names(used, TOOLS_MAX) + ")";
    }

    /** {@code removed tool: add, printEnv (2); takes less: echo (1)}: the gravest first, all changes counted. */
    static String bySeverity(ToolListDifferences tools, ToolDifference.Standing standing) {
        return new TreeMap<>(tools.counts().getOrDefault(standing, Map.of()))
                .entrySet().stream()
                        .map(entry -> entry.getKey().words() + names(tools, standing, entry.getKey()) + " ("
                                + entry.getValue() + ")")
                        .collect(Collectors.joining("; "));
    }

    private static String names(
            ToolListDifferences tools, ToolDifference.Standing standing, ToolDifference.Severity severity) {
        List<String> names = tools.differences().stream()
                .filter(each -> each.standing() == standing && each.severity() == severity)
                .map(ToolDifference::tool)
                .distinct()
                .toList();
        return names.stream().limit(TOOLS_MAX).collect(Collectors.joining(", ", names.isEmpty() ? "" : ": ", ""))
                + (names.size() > TOOLS_MAX ? ", …" : "");
    }

    /** The end of a sentence that names entries without effect: of a failure too, which a slip in one may be the cause of. */
    static String unmatched(List<AcceptedToolChange> unmatched) {
        return unmatched.isEmpty()
                ? ""
                : "; accepted, but there is no such change: " + AcceptedToolChange.names(unmatched, NAMED_MAX);
    }

    private static void differences(StringBuilder out, ShadowReport report) {
        Stream<String> definitions = Stream.concat(
                        report.tools().differences().stream(), report.drift().differences().stream())
                .map(each -> (each.blocking() ? "! " : "  ") + each.line());
        Stream<String> calls = report.findings().differences.values().stream()
                .map(seen -> seen.first.text() + (seen.times > 1 ? "\n  " + seen.times + " times" : ""));
        Stream.of(definitions, calls).forEach(texts -> {
            List<String> all = texts.toList();
            if (!all.isEmpty()) {
                line(out, "");
            }
            all.stream().limit(DIFFERENCES_MAX).forEach(text -> line(out, text));
            if (all.size() > DIFFERENCES_MAX) {
                line(out, "  … " + (all.size() - DIFFERENCES_MAX) + " more in shadow.json");
            }
        });
    }

    private static void acceptable(StringBuilder out, List<AcceptedToolChange> changes) {
        if (!changes.isEmpty()) {
            line(out, "");
            line(out, "to accept what is meant, under upgrade.acceptedChanges:");
            changes.forEach(change -> line(out, "  " + change.yaml()));
        }
    }

    private static void notes(StringBuilder out, String title, Map<String, Long> notes) {
        if (!notes.isEmpty()) {
            line(out, "");
            line(out, title + ":");
            notes.entrySet().stream()
                    .limit(DIFFERENCES_MAX)
                    .forEach(note -> line(out, "  " + note.getKey() + " (" + note.getValue() + ")"));
        }
    }

    private static String shortened(String label) {
        return label.length() <= 12 ? label : label.substring(0, 11) + "…";
    }

    private static void row(StringBuilder out, String name, Number active, Number canary) {
        line(out, String.format(Locale.ROOT, "%-22s %12s %12s", name, active, canary));
    }

    private static void line(StringBuilder out, String text) {
        out.append(text).append('\n');
    }
}

package io.weathervane.shadow;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes {@code shadow.json}; its schema is {@code docs/shadow.md}. */
final class ReportJson {
    private static final int SCHEMA_VERSION = 1;

    private ReportJson() {}

    static ObjectNode of(ShadowReport report) {
        ShadowReport.Frame frame = report.frame();
        ShadowFindingsCollector findings = report.findings();
        ObjectNode json = JsonRpcCodec.JSON
                .createObjectNode()
                .put("schemaVersion", SCHEMA_VERSION)
                .put("outcome", report.outcome().wireName())
                .put("passed", report.passed())
                .put("summary", report.summary());
        report.reasons().forEach(json.putArray("reasons")::add);
        json.put("active", frame.active())
                .put("canary", frame.canary())
                .put("startedAt", frame.startedAt().toString())
                .put("tookMs", frame.took().toMillis());
        definitions(json.putObject("definitions"), report);
        calls(json.putObject("calls"), findings);
        differences(json.putArray("differences"), report);
        json.put("differencesOmitted", findings.differencesOmitted);
        tools(json.putObject("tools"), findings);
        limits(json.putObject("limits"), report.plan());
        return json;
    }

    private static void definitions(ObjectNode json, ShadowReport report) {
        ToolListDifferences tools = report.tools();
        json.put("active", report.frame().activeTools())
                .put("canary", report.frame().canaryTools())
                .put("blocking", tools.count(ToolDifference.Standing.BLOCKING))
                .put("accepted", tools.count(ToolDifference.Standing.ACCEPTED))
                .put("notes", tools.notes());
        texts(json.putArray("used"), report.used());
        texts(json.putArray("unmatched"), report.unmatched());
        report.acceptable().forEach(change -> json.withArray("acceptable").add(change.yaml()));
    }

    private static void texts(ArrayNode json, List<AcceptedToolChange> changes) {
        changes.forEach(change -> json.add(change.text()));
    }

    private static void calls(ObjectNode json, ShadowFindingsCollector findings) {
        long compared = findings.callsCompared();
        json.put("compared", compared)
                .put("different", findings.callsDifferent())
                .put("unanswered", findings.canaryFailures)
                .put("fixed", ShadowFindingsCollector.sum(findings.acceptedFixes));
        ObjectNode sources = json.putObject("sources");
        for (ShadowCall.Source source : ShadowCall.Source.values()) {
            sources.put(source.wireName(), findings.compared.getOrDefault(source, 0L));
        }
        json.put("mirrorDropped", findings.mirrorDropped);
        ObjectNode errors = json.putObject("errors");
        errors.put("active", findings.activeErrors()).put("canary", findings.canaryErrors());
        ObjectNode latency = json.putObject("latency");
        latency.set(
                "active", LatencySamples.toJson(findings.tools.values().stream().map(tool -> tool.active)));
        latency.set(
                "canary", LatencySamples.toJson(findings.tools.values().stream().map(tool -> tool.canary)));
        notes(json.putArray("skipped"), findings.skipped, "why");
        notes(json.putArray("nondeterministic"), findings.nondeterministic, "where");
    }

    private static void notes(ArrayNode json, Map<String, Long> notes, String key) {
        notes.forEach((text, times) -> json.addObject().put(key, text).put("count", times));
    }

    /** What blocks first: that is what {@code jq '.differences[0]'} should show. */
    private static void differences(ArrayNode json, ShadowReport report) {
        ShadowFindingsCollector findings = report.findings();
        boolean tooMany = ShadowFindingsEvaluator.tooManyDiffer(
                findings, report.plan().thresholds().maxDifferenceRatio());
        report.tools().blocking().forEach(each -> json.add(each.toJson("definitions")));
        report.drift()
                .differences()
                .forEach(each -> json.add(each.toJson("drift").put("blocking", true)));
        findings.differences
                .values()
                .forEach(seen ->
                        json.add(seen.first.toJson(tooMany || seen.first.kind().equals("no-answer"), seen.times)));
        report.tools().differences().stream()
                .filter(each -> !each.blocking())
                .forEach(each -> json.add(each.toJson("definitions")));
    }

    private static void tools(ObjectNode json, ShadowFindingsCollector findings) {
        findings.tools.forEach((name, figures) -> {
            ObjectNode tool = json.putObject(name).put("calls", figures.calls).put("different", figures.different);
            tool.putObject("errors").put("active", figures.activeErrors).put("canary", figures.canaryErrors);
            ObjectNode latency = tool.putObject("latency");
            latency.set("active", LatencySamples.toJson(Stream.of(figures.active)));
            latency.set("canary", LatencySamples.toJson(Stream.of(figures.canary)));
        });
    }

    private static void limits(ObjectNode json, ShadowComparisonConfig config) {
        json.put("probes", config.probes().size())
                .put("replay", config.replay())
                .put("mirrorDurationMs", config.mirrorDuration().toMillis())
                .put("callTimeoutMs", config.thresholds().callTimeout().toMillis())
                .put("maxDifferenceRatio", config.thresholds().maxDifferenceRatio())
                .put("maxLatencyFactor", config.thresholds().maxLatencyFactor())
                .put("latencyFloorMs", ToolCallFigures.FLOOR.toMillis())
                .put("failuresMax", config.thresholds().failuresMax());
        config.ignoredFields().forEach(json.putArray("ignoreFields")::add);
        texts(json.putArray("acceptedChanges"), config.accepted());
    }
}

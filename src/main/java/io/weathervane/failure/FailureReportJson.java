package io.weathervane.failure;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A report as data, and back: the same in every answer, decision, file and alert. */
public final class FailureReportJson {
    /** Shares have four digits, as rates have everywhere. */
    private static final double SHARE_DIGITS = 10_000;

    private FailureReportJson() {}

    public static ObjectNode of(FailureReport report) {
        ObjectNode node = JsonRpcCodec.JSON.createObjectNode();
        ArrayNode releases = node.putArray("releases");
        report.releases().forEach(release -> releases.add(release(release)));
        return node;
    }

    private static ObjectNode release(ReleaseFailures failures) {
        ReleaseInfo release = failures.release();
        ObjectNode node = JsonRpcCodec.JSON
                .createObjectNode()
                .put("release", release.label())
                .put("role", release.role())
                .put("since", release.since().toString());
        release.comparedWith().ifPresent(other -> node.put("comparedWith", other));
        node.put("calls", failures.calls()).put("failed", failures.failed());
        ArrayNode tools = node.putArray("tools");
        failures.tools().forEach(tool -> tools.add(tool(tool)));
        ArrayNode byCallers = node.putArray("callerErrors");
        failures.byCallers().forEach(tool -> byCallers.add(callers(tool)));
        if (!failures.probes().isEmpty()) {
            ArrayNode probes = node.putArray("probes");
            failures.probes().forEach(tool -> probes.add(tool(tool)));
        }
        return node;
    }

    private static ObjectNode tool(ToolFailures tool) {
        ObjectNode node = JsonRpcCodec.JSON
                .createObjectNode()
                .put("tool", tool.tool())
                .put("calls", tool.calls())
                .put("failed", tool.failed());
        putShare(node, tool.failed(), tool.calls());
        tool.previous().ifPresent(previous -> node.set("previous", previous(previous)));
        ArrayNode kinds = node.putArray("kinds");
        for (ToolFailureKindCount kind : tool.kinds()) {
            ObjectNode one = kind(kind);
            putShare(one, kind.count(), tool.calls());
            kind.previous().ifPresent(previous -> one.set("previous", previous(previous)));
            kind.isNew().ifPresent(isNew -> one.put("new", isNew));
            kinds.add(one);
        }
        return node;
    }

    private static ObjectNode callers(ToolFailures tool) {
        ObjectNode node =
                JsonRpcCodec.JSON.createObjectNode().put("tool", tool.tool()).put("count", tool.failed());
        ArrayNode kinds = node.putArray("kinds");
        tool.kinds().forEach(kind -> kinds.add(kind(kind)));
        return node;
    }

    private static ObjectNode kind(ToolFailureKindCount kind) {
        ObjectNode node = JsonRpcCodec.JSON
                .createObjectNode()
                .put("kind", kind.key().text())
                .put("type", kind.key().type().wireName())
                .put("count", kind.count());
        ArrayNode samples = node.putArray("samples");
        kind.samples().forEach(sample -> samples.add(sample(sample)));
        return node;
    }

    private static ObjectNode sample(FailureSample sample) {
        ObjectNode node = JsonRpcCodec.JSON
                .createObjectNode()
                .put("at", sample.at().toString())
                .put("text", sample.text());
        sample.arguments().ifPresent(given -> node.put("arguments", given));
        sample.traceId().ifPresent(id -> node.put("traceId", id));
        return node;
    }

    private static ObjectNode previous(PreviousReleaseFailureCount previous) {
        ObjectNode node = JsonRpcCodec.JSON
                .createObjectNode()
                .put("count", previous.count())
                .put("calls", previous.calls());
        putShare(node, previous.count(), previous.calls());
        return node;
    }

    /** Of the calls of that tool in that release. */
    private static void putShare(ObjectNode node, long count, long calls) {
        if (calls > 0) {
            node.put("share", Math.round(SHARE_DIGITS * count / calls) / SHARE_DIGITS);
        }
    }

    /** Reads a report that {@link #of} wrote; empty when it is nothing of the kind. */
    public static Optional<FailureReport> read(JsonNode node) {
        if (!node.path("releases").isArray()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new FailureReport(list(node.path("releases"), FailureReportJson::readRelease)));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static ReleaseFailures readRelease(JsonNode node) {
        return new ReleaseFailures(
                new ReleaseInfo(
                        node.path("release").asString(""),
                        node.path("role").asString(""),
                        text(node, "comparedWith"),
                        Instant.parse(node.path("since").asString(""))),
                node.path("calls").asLong(0),
                list(node.path("tools"), FailureReportJson::readTool),
                list(node.path("callerErrors"), FailureReportJson::readTool),
                list(node.path("probes"), FailureReportJson::readTool));
    }

    private static ToolFailures readTool(JsonNode node) {
        return new ToolFailures(
                node.path("tool").asString(""),
                node.path("calls").asLong(0),
                list(node.path("kinds"), FailureReportJson::readKind),
                readPrevious(node.path("previous")));
    }

    private static ToolFailureKindCount readKind(JsonNode node) {
        return new ToolFailureKindCount(
                new FailureGroupKey(
                        FailureGroupKey.Type.of(node.path("type").asString("")),
                        node.path("kind").asString("")),
                node.path("count").asLong(0),
                list(node.path("samples"), FailureReportJson::readSample),
                readPrevious(node.path("previous")));
    }

    private static FailureSample readSample(JsonNode node) {
        return new FailureSample(
                Instant.parse(node.path("at").asString("")),
                node.path("text").asString(""),
                text(node, "arguments"),
                text(node, "traceId"));
    }

    private static Optional<PreviousReleaseFailureCount> readPrevious(JsonNode node) {
        return node.isObject()
                ? Optional.of(new PreviousReleaseFailureCount(
                        node.path("count").asLong(0), node.path("calls").asLong(0)))
                : Optional.empty();
    }

    private static Optional<String> text(JsonNode node, String name) {
        return Optional.of(node.path(name).asString("")).filter(value -> !value.isEmpty());
    }

    private static <T> List<T> list(JsonNode array, Function<JsonNode, T> read) {
        return StreamSupport.stream(array.spliterator(), false).map(read).toList();
    }
}

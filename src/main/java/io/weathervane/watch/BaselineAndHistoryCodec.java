package io.weathervane.watch;

import io.weathervane.monitor.BaselineRecord;
import io.weathervane.monitor.BaselineRecord.LatencyRecord;
import io.weathervane.monitor.BaselineRecord.Source;
import io.weathervane.monitor.CallCountBins;
import io.weathervane.monitor.CallCounts;
import io.weathervane.monitor.WatchCallCounts;
import io.weathervane.monitor.WatchCallCounts.CheckCounts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes what a watch knows of the previous worker and of its own calls as JSON, and reads it; an absent field was not
 * known.
 */
public final class BaselineAndHistoryCodec {
    private BaselineAndHistoryCodec() {}

    public static ObjectNode record(BaselineRecord record) {
        ObjectNode node = MonitorJson.object();
        MonitorJson.putText(node, "worker", record.worker());
        node.set("calls", counts(record.calls()));
        node.put("spread", record.spread());
        node.set("tools", tools(record.tools()));
        record.latency().ifPresent(latency -> node.set("latency", latency(latency)));
        if (!record.source().equals(Source.UNKNOWN)) {
            ObjectNode source = node.putObject("source")
                    .put("servedMs", record.source().served().toMillis());
            record.source().lack().ifPresent(why -> source.put("lack", why));
        }
        return node;
    }

    private static ObjectNode latency(LatencyRecord latency) {
        ObjectNode node =
                MonitorJson.object().put("p95Nanos", latency.p95Nanos()).put("limitNanos", latency.limitNanos());
        node.set("slow", counts(latency.slow()));
        if (!latency.toolsP95Nanos().isEmpty()) {
            ObjectNode tools = node.putObject("toolsP95Nanos");
            new TreeMap<>(latency.toolsP95Nanos()).forEach(tools::put);
        }
        return node;
    }

    private static Map<String, Long> readToolsLatency(JsonNode node) {
        Map<String, Long> tools = new LinkedHashMap<>();
        node.properties()
                .forEach(tool -> tools.put(tool.getKey(), tool.getValue().asLong()));
        return tools;
    }

    public static BaselineRecord readRecord(JsonNode node) {
        if (!node.isObject()) {
            return BaselineRecord.none();
        }
        JsonNode latency = node.path("latency");
        return new BaselineRecord(
                node.path("worker").isString() ? Optional.of(node.path("worker").asString()) : Optional.empty(),
                readCounts(node.path("calls")),
                readTools(node.path("tools")),
                node.path("spread").asDouble(1),
                latency.isObject()
                        ? Optional.of(new LatencyRecord(
                                latency.path("p95Nanos").asLong(),
                                latency.path("limitNanos").asLong(),
                                readCounts(latency.path("slow")),
                                readToolsLatency(latency.path("toolsP95Nanos"))))
                        : Optional.empty(),
                readSource(node.path("source")));
    }

    private static Source readSource(JsonNode node) {
        JsonNode lack = node.path("lack");
        return node.isObject()
                ? new Source(
                        Duration.ofMillis(node.path("servedMs").asLong()),
                        lack.isString() ? Optional.of(lack.asString()) : Optional.empty())
                : Source.UNKNOWN;
    }

    public static ObjectNode history(WatchCallCounts callCounts) {
        ObjectNode node = MonitorJson.object();
        node.put("lastMark", callCounts.lastMark().toString());
        node.set("all", marks(callCounts.all()));
        node.set("slow", marks(callCounts.slow()));
        ObjectNode tools = node.putObject("tools");
        new TreeMap<>(callCounts.tools()).forEach((tool, bins) -> tools.set(tool, marks(bins)));
        ArrayNode window = node.putArray("window");
        callCounts
                .window()
                .forEach(check ->
                        window.addObject().put("at", check.at().toString()).set("calls", counts(check.counts())));
        node.put("failingChecks", callCounts.failingChecks());
        return node;
    }

    /**
     * Reads what {@link #history} wrote.
     *
     * @param before when what the node does not tell may be taken to begin
     */
    public static WatchCallCounts readHistory(JsonNode node, Instant before) {
        Map<String, CallCountBins> tools = new LinkedHashMap<>();
        node.path("tools").properties().forEach(tool -> tools.put(tool.getKey(), readMarks(tool.getValue())));
        return new WatchCallCounts(
                node.path("lastMark").isString()
                        ? Instant.parse(node.path("lastMark").asString())
                        : before,
                readMarks(node.path("all")),
                readMarks(node.path("slow")),
                tools,
                StreamSupport.stream(node.path("window").spliterator(), false)
                        .map(check -> new CheckCounts(
                                Instant.parse(check.path("at").asString()), readCounts(check.path("calls"))))
                        .toList(),
                node.path("failingChecks").asLong());
    }

    static ObjectNode tools(Map<String, CallCounts> tools) {
        ObjectNode node = MonitorJson.object();
        new TreeMap<>(tools).forEach((tool, counts) -> node.set(tool, counts(counts)));
        return node;
    }

    static Map<String, CallCounts> readTools(JsonNode node) {
        Map<String, CallCounts> tools = new LinkedHashMap<>();
        node.properties().forEach(tool -> tools.put(tool.getKey(), readCounts(tool.getValue())));
        return tools;
    }

    private static ObjectNode counts(CallCounts counts) {
        return MonitorJson.object().put("calls", counts.calls()).put("failed", counts.failed());
    }

    private static CallCounts readCounts(JsonNode node) {
        return new CallCounts(node.path("calls").asLong(), node.path("failed").asLong());
    }

    /** Short, as it is written with each check: calls and failures in turn. */
    private static ArrayNode marks(CallCountBins bins) {
        ArrayNode array = MonitorJson.MAPPER.createArrayNode();
        bins.bins().forEach(bin -> array.add(bin.calls()).add(bin.failed()));
        return array;
    }

    private static CallCountBins readMarks(JsonNode array) {
        List<CallCounts> bins = new ArrayList<>();
        for (int index = 0; index + 1 < array.size(); index += 2) {
            bins.add(new CallCounts(
                    array.get(index).asLong(), array.get(index + 1).asLong()));
        }
        return new CallCountBins(bins);
    }
}

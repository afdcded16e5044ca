package io.weathervane.baseline;

import io.weathervane.worker.FailureDispersionSums;
import io.weathervane.worker.LatencyHistogram;
import io.weathervane.worker.ToolCallCounts;
import io.weathervane.worker.ToolComparisonCountKey.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes what a row has beside its counts as JSON, and reads it. Reading fails on everything that was not written so.
 */
final class RecordRowDetailCodec {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /** No count is so large; sums of as many as there are rows stay within a long. */
    static final long COUNT_MAX = 1L << 40;

    private static final Duration SERVED_MAX = Duration.ofDays(365);

    private RecordRowDetailCodec() {}

    static String of(HourlyCallCountsEntry entry) {
        ObjectNode node = MAPPER.createObjectNode()
                .put("servedMs", entry.served().toMillis())
                .put("endedAt", entry.endedAt().toEpochMilli());
        ArrayNode bins = node.putArray("bins");
        entry.calls().dispersion().values().stream()
                .sorted((one, other) -> Long.compare(one.size(), other.size()))
                .forEach(one -> bins.addArray()
                        .add(one.size())
                        .add(one.bins())
                        .add(one.failures())
                        .add(one.squares()));
        node.set("latency", latency(entry.calls().latency()));
        return node.toString();
    }

    static String of(ToolCallTotals tool) {
        ObjectNode node = MAPPER.createObjectNode();
        node.set("latency", latency(tool.latency()));
        new TreeMap<>(tool.parts())
                .forEach((kind, part) -> node.putArray(kind.name().toLowerCase(Locale.ROOT))
                        .add(part.requests())
                        .add(part.errors()));
        return node.toString();
    }

    /** Bucket and calls in turn. */
    private static ArrayNode latency(LatencyHistogram took) {
        ArrayNode array = MAPPER.createArrayNode();
        new TreeMap<>(took.buckets())
                .forEach((bucket, calls) -> array.add(bucket).add(calls));
        return array;
    }

    /** @throws RecordCorruptException when it was not written by {@link #of(ToolCallTotals)} */
    static ToolCallTotals readTool(ReleaseRecordRow row) {
        try {
            return tool(row);
        } catch (RuntimeException e) {
            throw RecordCorruptException.of(row, e);
        }
    }

    private static ToolCallTotals tool(ReleaseRecordRow row) {
        JsonNode node = MAPPER.readTree(row.detail());
        Map<Kind, ToolCallCounts> parts = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            JsonNode part = node.path(kind.name().toLowerCase(Locale.ROOT));
            if (!part.isMissingNode()) {
                parts.put(kind, tally(count(part.path(0)), count(part.path(1)), 0));
            }
        }
        return new ToolCallTotals(checked(row.calls()), parts, readLatency(node.path("latency")));
    }

    /**
     * Reads the row of all calls.
     *
     * @param tools the other rows of the period
     * @throws RecordCorruptException when it was not written by {@link #of(HourlyCallCountsEntry)}
     */
    static HourlyCallCountsEntry readPeriod(ReleaseRecordRow row, Map<String, ToolCallTotals> tools) {
        try {
            return period(row, tools);
        } catch (RuntimeException e) {
            throw RecordCorruptException.of(row, e);
        }
    }

    private static HourlyCallCountsEntry period(ReleaseRecordRow row, Map<String, ToolCallTotals> tools) {
        JsonNode node = MAPPER.readTree(row.detail());
        Duration served = Duration.ofMillis(count(node.path("servedMs")));
        if (row.period() < 1
                || served.compareTo(SERVED_MAX) > 0
                || !node.path("bins").isArray()) {
            throw new IllegalArgumentException("no period is so");
        }
        Map<Long, FailureDispersionSums> dispersion = new TreeMap<>();
        for (JsonNode one : node.path("bins")) {
            long size = count(one.path(0));
            double squares = one.path(3).asDouble(-1);
            if (size < 1 || !(squares >= 0)) {
                throw new IllegalArgumentException("no bins are so");
            }
            dispersion.put(size, new FailureDispersionSums(size, count(one.path(1)), count(one.path(2)), squares));
        }
        return new HourlyCallCountsEntry(
                row.period(),
                served,
                Instant.ofEpochMilli(node.path("endedAt").longValue()),
                new PeriodCallCounts(checked(row.calls()), dispersion, readLatency(node.path("latency")), tools));
    }

    private static LatencyHistogram readLatency(JsonNode array) {
        if (!array.isArray() || array.size() % 2 != 0) {
            throw new IllegalArgumentException("latency is no row of buckets");
        }
        Map<Integer, Long> buckets = new TreeMap<>();
        for (int index = 0; index < array.size(); index += 2) {
            long bucket = count(array.get(index));
            if (bucket > LatencyHistogram.BUCKET_MAX) {
                throw new IllegalArgumentException("there is no bucket " + bucket);
            }
            buckets.put((int) bucket, count(array.get(index + 1)));
        }
        return new LatencyHistogram(buckets);
    }

    private static ToolCallCounts checked(ToolCallCounts calls) {
        return tally(calls.requests(), calls.errors(), calls.toolErrors());
    }

    private static ToolCallCounts tally(long requests, long errors, long toolErrors) {
        if (toolErrors < 0 || toolErrors > errors || errors > requests || requests > COUNT_MAX) {
            throw new IllegalArgumentException(
                    "no counts are so: " + requests + " calls, " + errors + " failed, " + toolErrors + " tool errors");
        }
        return new ToolCallCounts(requests, errors, toolErrors);
    }

    private static long count(JsonNode node) {
        if (!node.isIntegralNumber()
                || !node.canConvertToLong()
                || node.longValue() < 0
                || node.longValue() > COUNT_MAX) {
            throw new IllegalArgumentException("a count is missing or is none");
        }
        return node.longValue();
    }
}

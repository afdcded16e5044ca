package io.weathervane.watch;

import io.weathervane.monitor.CallCounts;
import io.weathervane.monitor.CheckRecord;
import io.weathervane.monitor.CheckVerdict;
import io.weathervane.monitor.DecisionAction;
import io.weathervane.monitor.ExternalSnapshotRow;
import io.weathervane.monitor.HealthProbeVerdict;
import io.weathervane.monitor.MonitorPolicy;
import io.weathervane.monitor.Observation;
import io.weathervane.monitor.ObservedRateSource;
import io.weathervane.monitor.ResourceTrend;
import io.weathervane.monitor.ResourceTrend.MemorySample;
import io.weathervane.monitor.ResourceUsage;
import io.weathervane.monitor.RuleCondition;
import io.weathervane.monitor.WatchOutcome;
import io.weathervane.monitor.WatchState;
import io.weathervane.watch.WatchRecord.Baseline;
import io.weathervane.watch.WatchRecord.Pending;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The monitor's records as JSON, and back. What is unknown is null. */
public final class MonitorJson {
    public static final JsonMapper MAPPER = JsonMapper.builder().build();

    private static final double RATE_DIGITS = 10_000;

    private MonitorJson() {}

    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** A rate as people and audit lines see it: four digits. */
    public static double rounded(double rate) {
        return Math.round(rate * RATE_DIGITS) / RATE_DIGITS;
    }

    public static void putRate(ObjectNode node, String name, OptionalDouble rate) {
        if (rate.isPresent()) {
            node.put(name, rounded(rate.getAsDouble()));
        } else {
            node.putNull(name);
        }
    }

    public static ArrayNode checks(Collection<CheckRecord> checks) {
        ArrayNode array = MAPPER.createArrayNode();
        checks.forEach(check -> array.add(check(check)));
        return array;
    }

    static ObjectNode check(CheckRecord check) {
        Observation seen = check.observation();
        ObjectNode node = object();
        node.put("at", check.at().toString());
        node.put("verdict", check.verdict().wireName());
        node.put("detail", check.detail());
        node.put("probe", seen.probe().outcome().name().toLowerCase(Locale.ROOT));
        node.put("probeDetail", seen.probe().detail());
        node.put("requests", seen.requests());
        node.put("errors", seen.errors());
        node.put("failureRun", seen.calls().failureRun());
        if (seen.calls().slow() > 0) {
            node.put("slow", seen.calls().slow());
        }
        if (seen.calls().overdue() > 0) {
            node.put("overdue", seen.calls().overdue());
        }
        if (!seen.calls().tools().isEmpty()) {
            node.set("tools", BaselineAndHistoryCodec.tools(seen.calls().tools()));
        }
        putRate(node, "errorRate", check.errorRate());
        node.put("rateSource", check.rateSource().wireName());
        OptionalDouble memory = seen.usage().memoryMb();
        if (memory.isPresent()) {
            node.put("memoryUsageMb", Math.round(memory.getAsDouble()));
        } else {
            node.putNull("memoryUsageMb");
        }
        putLong(node, "memoryBytes", seen.usage().memoryBytes());
        putLong(node, "openFiles", seen.usage().openFiles());
        putLong(node, "openFilesLimit", seen.usage().openFilesLimit());
        seen.external().ifPresent(row -> node.set("external", external(row)));
        if (!seen.signals().isEmpty()) {
            node.set("signals", SignalJson.readings(seen.signals()));
        }
        seen.replay().ifPresent(replay -> node.set("replay", PreviousWorkerReplayCodec.replay(replay)));
        return node;
    }

    private static ObjectNode external(ExternalSnapshotRow row) {
        ObjectNode node = object();
        node.put("rowId", row.rowId());
        node.put("errorRate", row.errorRate());
        node.put("failureCount", row.failureCount());
        putLong(node, "requests", row.requests());
        return node;
    }

    public static List<CheckRecord> readChecks(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(MonitorJson::readCheck)
                .toList();
    }

    private static CheckRecord readCheck(JsonNode node) {
        Observation seen = new Observation(
                new Observation.ProbeResult(
                        HealthProbeVerdict.valueOf(node.path("probe").asString().toUpperCase(Locale.ROOT)),
                        node.path("probeDetail").asString()),
                new Observation.Calls(
                        new CallCounts(
                                node.path("requests").asLong(),
                                node.path("errors").asLong()),
                        node.path("failureRun").asLong(),
                        node.path("slow").asLong(),
                        node.path("overdue").asLong(),
                        BaselineAndHistoryCodec.readTools(node.path("tools"))),
                readExternal(node.path("external")),
                new ResourceUsage(
                        optionalLong(node.path("memoryBytes")),
                        optionalLong(node.path("openFiles")),
                        optionalLong(node.path("openFilesLimit"))),
                SignalJson.readReadings(node.path("signals")),
                PreviousWorkerReplayCodec.readReplay(node.path("replay")));
        return new CheckRecord(
                Instant.parse(node.path("at").asString()),
                seen,
                optionalDouble(node.path("errorRate")),
                ObservedRateSource.valueOf(constant(node.path("rateSource"))),
                CheckVerdict.valueOf(constant(node.path("verdict"))),
                node.path("detail").asString());
    }

    private static Optional<ExternalSnapshotRow> readExternal(JsonNode node) {
        if (!node.isObject()) {
            return Optional.empty();
        }
        return Optional.of(new ExternalSnapshotRow(
                node.path("rowId").asLong(),
                node.path("errorRate").asDouble(),
                node.path("failureCount").asLong(),
                optionalLong(node.path("requests"))));
    }

    public static ArrayNode conditions(List<RuleCondition> conditions) {
        ArrayNode array = MAPPER.createArrayNode();
        for (RuleCondition condition : conditions) {
            ObjectNode node = array.addObject();
            node.put("rule", condition.rule().wireName());
            if (condition.rule().isSignal()) {
                node.put("action", condition.rule().action().wireName());
            }
            node.put("name", condition.name());
            if (condition.unit() == RuleCondition.Unit.NUMBER
                    && condition.value().isPresent()) {
                node.put("value", condition.value().getAsDouble());
            } else {
                putRate(node, "value", condition.value());
            }
            node.put("comparison", condition.comparison().sign());
            node.put("limit", condition.limit());
            node.put("unit", condition.unit().name().toLowerCase(Locale.ROOT));
            node.put("holds", condition.holds());
        }
        return array;
    }

    public static List<RuleCondition> readConditions(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(node -> new RuleCondition(
                        SignalJson.readRule(node),
                        node.path("name").asString(),
                        optionalDouble(node.path("value")),
                        RuleCondition.Comparison.of(node.path("comparison").asString()),
                        node.path("limit").asDouble(),
                        RuleCondition.Unit.valueOf(constant(node.path("unit")))))
                .toList();
    }

    public static ObjectNode policy(MonitorPolicy policy) {
        ObjectNode node = object();
        node.put("errorRateThreshold", policy.errorRateThreshold());
        node.put("gracePeriodMs", policy.gracePeriod().toMillis());
        node.put("checkIntervalMs", policy.checkInterval().toMillis());
        node.put("consecutiveFailures", policy.consecutiveFailures());
        node.put("checkWindow", policy.checkWindow());
        node.put("failureCount", policy.failureCount());
        node.put("minRequests", policy.minRequests());
        node.put("restoreOnEscalation", policy.restoreOnEscalation());
        return node;
    }

    public static MonitorPolicy readPolicy(JsonNode node) {
        return new MonitorPolicy(
                node.path("errorRateThreshold").asDouble(),
                new MonitorPolicy.Schedule(
                        Duration.ofMillis(node.path("gracePeriodMs").asLong()),
                        Duration.ofMillis(node.path("checkIntervalMs").asLong())),
                new MonitorPolicy.FailureLimits(
                        node.path("consecutiveFailures").asInt(),
                        node.path("checkWindow").asInt(),
                        node.path("failureCount").asInt()),
                node.path("minRequests").asLong(),
                node.path("restoreOnEscalation").asBoolean());
    }

    public static ObjectNode watch(WatchRecord watch) {
        ObjectNode node = object();
        node.set("state", state(watch.state()));
        putText(node, "from", watch.from());
        watch.after().ifPresent(after -> node.set("after", state(after)));
        node.put("paged", watch.paged());
        node.putObject("baseline").put("rowId", watch.baseline().rowId());
        watch.pending()
                .ifPresent(pending -> node.putObject("pending")
                        .put("action", pending.action().name())
                        .set("payload", pending.payload()));
        return node;
    }

    public static WatchRecord readWatch(JsonNode node) {
        JsonNode baseline = node.path("baseline");
        JsonNode pending = node.path("pending");
        Optional<Pending> decided = pending.path("payload") instanceof ObjectNode payload
                ? Optional.of(new Pending(
                        DecisionAction.valueOf(pending.path("action").asString()), payload))
                : Optional.empty();
        return new WatchRecord(
                readState(node.path("state")),
                optionalText(node.path("from")),
                // The counters of an earlier server ended with it.
                Baseline.zero(baseline.path("rowId").asLong()),
                decided,
                node.path("after").isObject() ? Optional.of(readState(node.path("after"))) : Optional.empty(),
                node.path("paged").asBoolean());
    }

    public static ObjectNode state(WatchState state) {
        ObjectNode node = object();
        node.put("promotionId", state.promotionId());
        node.put("worker", state.worker());
        node.set("record", BaselineAndHistoryCodec.record(state.target().record()));
        node.put("startedAt", state.schedule().startedAt().toString());
        node.put("deadline", state.schedule().deadline().toString());
        node.put("watchedMs", state.schedule().watched().toMillis());
        node.put("lastCheckAt", state.schedule().lastCheckAt().toString());
        node.put("nextCheckAt", state.schedule().nextCheckAt().toString());
        node.put("hardFailureRun", state.counters().hardFailureRun());
        node.put("resourceRun", state.counters().resources().criticalRun());
        if (!state.counters().resources().samples().isEmpty()) {
            node.set("memory", memory(state.counters().resources()));
        }
        node.put("cleanRun", state.counters().cleanRun());
        node.put("frequent", state.counters().frequent());
        node.put("checks", state.counters().checks());
        node.put("conclusiveChecks", state.counters().conclusiveChecks());
        node.set("history", BaselineAndHistoryCodec.history(state.callCounts()));
        putText(node, "acted", state.acted().map(Enum::name));
        node.put("outcome", state.outcome().name());
        state.result().veto().ifPresent(veto -> node.set("veto", PreviousWorkerReplayCodec.veto(veto)));
        node.set("recent", checks(state.recent()));
        return node;
    }

    /** Short, as it is written with each check: epoch seconds and megabytes in turn. */
    private static ArrayNode memory(ResourceTrend trend) {
        ArrayNode array = MAPPER.createArrayNode();
        trend.samples()
                .forEach(sample -> array.add(sample.at().getEpochSecond()).add(sample.megabytes()));
        return array;
    }

    private static List<MemorySample> readMemory(JsonNode array) {
        List<MemorySample> samples = new ArrayList<>();
        for (int index = 0; index + 1 < array.size(); index += 2) {
            samples.add(new MemorySample(
                    Instant.ofEpochSecond(array.get(index).asLong()),
                    array.get(index + 1).asLong()));
        }
        return samples;
    }

    static WatchState readState(JsonNode node) {
        return new WatchState(
                new WatchState.Target(
                        node.path("promotionId").asString(),
                        node.path("worker").asString(),
                        BaselineAndHistoryCodec.readRecord(node.path("record"))),
                new WatchState.Schedule(
                        time(node, "startedAt"),
                        time(node, "deadline"),
                        readWatched(node),
                        time(node, "lastCheckAt"),
                        time(node, "nextCheckAt")),
                new WatchState.Counters(
                        node.path("hardFailureRun").asInt(),
                        new ResourceTrend(node.path("resourceRun").asInt(), readMemory(node.path("memory"))),
                        node.path("cleanRun").asInt(),
                        node.path("frequent").asBoolean(),
                        node.path("checks").asLong(),
                        node.path("conclusiveChecks").asLong()),
                readChecks(CheckToolCountsCodec.checks(node)),
                BaselineAndHistoryCodec.readHistory(node.path("history"), time(node, "lastCheckAt")),
                new WatchState.Result(
                        optionalText(node.path("acted")).map(DecisionAction::valueOf),
                        WatchOutcome.valueOf(node.path("outcome").asString()),
                        PreviousWorkerReplayCodec.readVeto(node.path("veto"))));
    }

    private static Instant time(JsonNode node, String name) {
        return Instant.parse(node.path(name).asString());
    }

    /** A state that an earlier release stored does not say it: it was looked at from its start to its newest check. */
    private static Duration readWatched(JsonNode node) {
        return node.path("watchedMs").isNumber()
                ? Duration.ofMillis(node.path("watchedMs").asLong())
                : Duration.between(time(node, "startedAt"), time(node, "lastCheckAt"));
    }

    /** The value without JSON: strings, numbers, booleans, lists and maps of them; an inner null is left out. */
    public static Object plain(JsonNode node) {
        if (node.isObject()) {
            Map<String, Object> map = new LinkedHashMap<>();
            node.properties().stream()
                    .filter(field -> !field.getValue().isNull())
                    .forEach(field -> map.put(field.getKey(), plain(field.getValue())));
            return map;
        }
        if (node.isArray()) {
            return StreamSupport.stream(node.spliterator(), false)
                    .filter(element -> !element.isNull())
                    .map(MonitorJson::plain)
                    .toList();
        }
        if (node.isNumber()) {
            return node.numberValue();
        }
        return node.isBoolean() ? node.booleanValue() : node.asString();
    }

    public static void putText(ObjectNode node, String name, Optional<String> text) {
        text.ifPresentOrElse(value -> node.put(name, value), () -> node.putNull(name));
    }

    private static void putLong(ObjectNode node, String name, OptionalLong value) {
        if (value.isPresent()) {
            node.put(name, value.getAsLong());
        } else {
            node.putNull(name);
        }
    }

    static OptionalLong optionalLong(JsonNode node) {
        return node.isNumber() ? OptionalLong.of(node.asLong()) : OptionalLong.empty();
    }

    static OptionalDouble optionalDouble(JsonNode node) {
        return node.isNumber() ? OptionalDouble.of(node.asDouble()) : OptionalDouble.empty();
    }

    private static Optional<String> optionalText(JsonNode node) {
        return node.isString() ? Optional.of(node.asString()) : Optional.empty();
    }

    /** {@code hard-failure} back to {@code HARD_FAILURE}. */
    static String constant(JsonNode node) {
        return node.asString().toUpperCase(Locale.ROOT).replace('-', '_');
    }
}

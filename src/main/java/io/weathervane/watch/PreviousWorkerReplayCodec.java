package io.weathervane.watch;

import io.weathervane.monitor.CallCounts;
import io.weathervane.monitor.PreviousWorkerReplayResult;
import io.weathervane.monitor.PreviousWorkerReplayResult.Outcome;
import io.weathervane.monitor.VetoedRollback;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes the previous worker's answers of a replay as JSON, and reads them; an absent field was not asked. */
public final class PreviousWorkerReplayCodec {
    private PreviousWorkerReplayCodec() {}

    /** By tool, short as it is written with each check: failed calls, those that fail there, too; passed calls, those that fail there. */
    static ObjectNode replay(PreviousWorkerReplayResult replay) {
        ObjectNode node = MonitorJson.object();
        new TreeMap<>(replay.tools()).forEach((tool, outcome) -> node.set(tool, outcome(outcome)));
        return node;
    }

    private static ArrayNode outcome(Outcome outcome) {
        return MonitorJson.MAPPER
                .createArrayNode()
                .add(outcome.failed().calls())
                .add(outcome.failed().failed())
                .add(outcome.passed().calls())
                .add(outcome.passed().failed());
    }

    static Optional<PreviousWorkerReplayResult> readReplay(JsonNode node) {
        if (!node.isObject()) {
            return Optional.empty();
        }
        Map<String, Outcome> tools = new LinkedHashMap<>();
        node.properties().forEach(tool -> tools.put(tool.getKey(), readOutcome(tool.getValue())));
        return Optional.of(new PreviousWorkerReplayResult(tools));
    }

    private static Outcome readOutcome(JsonNode array) {
        return new Outcome(
                new CallCounts(array.path(0).asLong(), array.path(1).asLong()),
                new CallCounts(array.path(2).asLong(), array.path(3).asLong()));
    }

    public static ObjectNode veto(VetoedRollback veto) {
        ObjectNode node = MonitorJson.object();
        node.put("since", veto.since().toString());
        node.put("askedAt", veto.askedAt().toString());
        node.set("replay", replay(veto.replay()));
        if (veto.over()) {
            node.put("over", true);
        }
        return node;
    }

    public static Optional<VetoedRollback> readVeto(JsonNode node) {
        return readReplay(node.path("replay"))
                .map(replay -> new VetoedRollback(
                        Instant.parse(node.path("since").asString()),
                        Instant.parse(node.path("askedAt").asString()),
                        replay,
                        node.path("over").asBoolean(false)));
    }
}

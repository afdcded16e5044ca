package io.weathervane.tool.builtin;

import io.weathervane.flags.KillSwitchStatus;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The parts that several tools' answers share. */
final class ToolResultFields {
    private ToolResultFields() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static String time(Instant at) {
        return at.truncatedTo(ChronoUnit.MILLIS).toString();
    }

    static ObjectNode killSwitch(KillSwitchStatus status) {
        return object().put("engaged", status.engaged())
                .put("since", status.since().map(ToolResultFields::time).orElse(null))
                .put("by", status.by().orElse(null))
                .put("reason", status.reason().orElse(null))
                .put("durable", status.durable());
    }

    /** One sentence for a person: whether it is on, since when, by which actor, why. */
    static String sentence(KillSwitchStatus status) {
        if (!status.engaged()) {
            return "The kill switch is off (DISABLE_NEW=0).";
        }
        return "The kill switch is ON (DISABLE_NEW=1)"
                + status.since().map(at -> " since " + time(at)).orElse("")
                + status.by().map(name -> " by " + name).orElse("")
                + status.reason().map(why -> ": " + why).orElse("")
                + "."
                + (status.durable() ? "" : " Only in memory: the database has not taken it yet.");
    }

    /** Begun with a capital and ended once, as the other packages' messages are parts of log lines. */
    static String asSentence(String message) {
        String begun = message.isEmpty() ? "Refused" : Character.toUpperCase(message.charAt(0)) + message.substring(1);
        return begun.endsWith(".") || begun.endsWith("!") || begun.endsWith("?") ? begun : begun + ".";
    }

    /** What a dry run says: nothing of the plan was done. */
    static String wouldDo(List<String> plan) {
        return "Nothing was changed (dry run). It would: " + String.join("; ", plan) + ".";
    }

    static void putTexts(ObjectNode node, String name, List<String> texts) {
        ArrayNode array = node.putArray(name);
        texts.forEach(array::add);
    }

    static void putOptional(ObjectNode node, String name, Optional<String> value) {
        node.put(name, value.orElse(null));
    }
}

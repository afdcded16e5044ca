package io.weathervane.ofrep;

import io.weathervane.flags.FlagCatalog;
import io.weathervane.flags.FlagDefinition;
import io.weathervane.flags.FlagSnapshot;
import io.weathervane.flags.FlagType;
import java.math.BigDecimal;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Evaluation of one flag: the typed value, why it has it, and the name of the value. No flag looks at the context, so
 * the reason is {@code STATIC}, or {@code DISABLED} while the kill switch holds the flag at its safe default.
 *
 * @param value of the flag's type: a boolean, a number or a word
 */
record FlagEvaluation(FlagDefinition definition, String value, boolean held) {
    /** Variant of every flag that the kill switch holds. */
    static final String SAFE_DEFAULT = "safe-default";

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** The flag in this state; the kill switch itself is never held by itself. */
    static FlagEvaluation of(FlagDefinition definition, FlagSnapshot snapshot) {
        boolean held = snapshot.killSwitchEngaged() && !definition.key().equals(FlagCatalog.KILL_SWITCH);
        return new FlagEvaluation(definition, snapshot.value(definition.key()), held);
    }

    /** The success of OFREP, without metadata. */
    ObjectNode toJson() {
        ObjectNode node = JSON.objectNode().put("key", definition.key());
        switch (definition.type()) {
            case BOOLEAN -> node.put("value", value.equals("1"));
            case INTEGER -> node.put("value", Long.parseLong(value));
            case NUMBER -> node.put("value", new BigDecimal(value));
            case ENUM -> node.put("value", value);
        }
        return node.put("reason", held ? "DISABLED" : "STATIC").put("variant", held ? SAFE_DEFAULT : variant());
    }

    private String variant() {
        if (definition.type() == FlagType.BOOLEAN) {
            return value.equals("1") ? "on" : "off";
        }
        return value;
    }
}

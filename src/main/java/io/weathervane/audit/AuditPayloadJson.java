package io.weathervane.audit;

import io.weathervane.jsonrpc.JsonRedactor;
import io.weathervane.util.SafeText;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Payloads to text and back. */
final class AuditPayloadJson {
    /** Longest payload that is stored whole: 1 Mi characters. */
    static final int PAYLOAD_LENGTH_MAX = 1 << 20;

    /** What is kept of a longer one: 64 Ki characters. */
    private static final int BEGINNING_LENGTH = 1 << 16;

    static final JsonMapper MAPPER = JsonMapper.builder().build();

    private AuditPayloadJson() {}

    /** The text to store, without secrets; of a payload over the limit its beginning, saying so. */
    static String write(ObjectNode payload) {
        String text = shown(JsonRedactor.clean(payload));
        if (text.length() <= PAYLOAD_LENGTH_MAX) {
            return text;
        }
        return shown(MAPPER.createObjectNode()
                .put("cutAt", BEGINNING_LENGTH)
                .put("length", text.length())
                .put("beginning", text.substring(0, BEGINNING_LENGTH)));
    }

    /** JSON that a person may look at in a file or by SQL. */
    static String shown(ObjectNode json) {
        return SafeText.json(MAPPER.writeValueAsString(json));
    }

    /** The payload of a stored text; one that another program wrote and is not an object is given as it stands. */
    static ObjectNode read(String text) {
        try {
            JsonNode node = MAPPER.readTree(text);
            if (node instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException e) {
            return unreadable(text).put("problem", e.getOriginalMessage());
        }
        return unreadable(text);
    }

    private static ObjectNode unreadable(String text) {
        return MAPPER.createObjectNode().put("unreadable", text);
    }
}

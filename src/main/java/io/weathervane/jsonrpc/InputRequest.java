package io.weathervane.jsonrpc;

import io.weathervane.util.Redactor;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A question that only the client can answer: its user, its model, its host.
 *
 * @param params as MCP defines them for the kind's method
 */
public record InputRequest(Kind kind, ObjectNode params) {
    /** Kind of input that can be asked for; a client declares each kind that it can answer. */
    public enum Kind {
        ELICITATION("elicitation/create", "elicitation"),
        SAMPLING("sampling/createMessage", "sampling"),
        ROOTS("roots/list", "roots");

        private final String method;
        private final String capability;

        Kind(String method, String capability) {
            this.method = method;
            this.capability = capability;
        }

        public String method() {
            return method;
        }

        public static Optional<Kind> of(String method) {
            return Stream.of(values())
                    .filter(kind -> kind.method.equals(method))
                    .findFirst();
        }

        /** The key in the client's capabilities. */
        public String capability() {
            return capability;
        }
    }

    /** Whether it has the form of an answer to this kind of question. */
    public boolean isAnsweredBy(ObjectNode answer) {
        return switch (kind) {
            case ELICITATION ->
                List.of("accept", "decline", "cancel")
                        .contains(answer.path("action").asString(""));
            case SAMPLING -> answer.has("content");
            case ROOTS -> answer.path("roots").isArray();
        };
    }

    /**
     * Asks the user to fill in a form. Never for secrets, and none is shown.
     *
     * @param schema a flat object schema of strings, numbers, booleans and enums (MCP client/elicitation)
     */
    public static InputRequest form(String message, ObjectNode schema) {
        ObjectNode params = JsonNodeFactory.instance.objectNode();
        params.put("mode", "form");
        params.put("message", Redactor.clean(message));
        params.set("requestedSchema", schema);
        return new InputRequest(Kind.ELICITATION, params);
    }
}

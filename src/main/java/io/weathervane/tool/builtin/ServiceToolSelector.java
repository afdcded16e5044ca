package io.weathervane.tool.builtin;

import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolFailureException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One tool of ours for each service: {@code service} says which; it may be left out when there is one service only.
 *
 * @param byService by the services' names, in the order of the configuration
 */
record ServiceToolSelector<T extends Tool>(Map<String, T> byService) {
    static final String ARGUMENT = "service";

    ServiceToolSelector {
        byService = Collections.unmodifiableMap(new LinkedHashMap<>(byService));
    }

    T first() {
        return byService.values().iterator().next();
    }

    boolean areSeveral() {
        return byService.size() > 1;
    }

    /**
     * The tool of the service that the arguments name.
     *
     * @throws ToolFailureException listing the services
     */
    T choose(ObjectNode arguments) {
        return find(arguments)
                .orElseThrow(
                        () -> new ToolFailureException(misuse(arguments).orElse("There is no such service here.")));
    }

    /** Why the arguments name no service, with those there are; empty when they do. */
    Optional<String> misuse(ObjectNode arguments) {
        if (find(arguments).isPresent()) {
            return Optional.empty();
        }
        return Optional.of((arguments.path(ARGUMENT).isMissingNode()
                        ? "service is required: there are several services here."
                        : "There is no such service here.")
                + services() + " Nothing was done.");
    }

    /** The same, without a word when there is none. */
    Optional<T> find(ObjectNode arguments) {
        JsonNode named = arguments.path(ARGUMENT);
        return named.isMissingNode()
                ? Optional.of(first()).filter(only -> byService.size() == 1)
                : Optional.ofNullable(byService.get(named.asString("")));
    }

    private String services() {
        return " service is one of: " + String.join(", ", byService.keySet()) + ".";
    }
}

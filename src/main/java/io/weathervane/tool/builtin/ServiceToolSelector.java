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
    private static final String ARGUMENT = "service";

    ServiceToolSelector {
        byService = Collections.unmodifiableMap(new LinkedHashMap<>(byService));
    }

    T first() {
        return byService.values().iterator().next();
    }

    /**
     * The tool of the service that the arguments name.
     *
     * @throws ToolFailureException listing the services
     */
    T choose(ObjectNode arguments) {
        JsonNode named = arguments.path(ARGUMENT);
        if (named.isMissingNode() && byService.size() > 1) {
            throw new ToolFailureException(
                    "service is required: there are several services here." + services() + " Nothing was done.");
        }
        return find(arguments)
                .orElseThrow(() ->
                        new ToolFailureException("There is no such service here." + services() + " Nothing was done."));
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

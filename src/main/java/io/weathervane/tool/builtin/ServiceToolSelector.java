package io.weathervane.tool.builtin;

import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolFailureException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One tool of ours for each service: {@code service} says which; it may be left out when there is one service only.
 *
 * @param byService those there are now, by the services' names, in the order of the configuration
 */
record ServiceToolSelector<T extends Tool>(Supplier<Map<String, T>> byService) {
    static final String ARGUMENT = "service";

    T first() {
        return byService.get().values().iterator().next();
    }

    boolean areSeveral() {
        return byService.get().size() > 1;
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
        Map<String, T> now = byService.get();
        return named.isMissingNode()
                ? now.values().stream().findFirst().filter(only -> now.size() == 1)
                : Optional.ofNullable(now.get(named.asString("")));
    }

    private String services() {
        return " service is one of: " + String.join(", ", byService.get().keySet()) + ".";
    }
}

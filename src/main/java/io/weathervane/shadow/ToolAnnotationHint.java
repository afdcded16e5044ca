package io.weathervane.shadow;

import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** A tool's annotations about its effects, with MCP's defaults for those that are absent. */
enum ToolAnnotationHint {
    READ_ONLY("readOnlyHint", false),
    DESTRUCTIVE("destructiveHint", true),
    IDEMPOTENT("idempotentHint", false),
    OPEN_WORLD("openWorldHint", true);

    private final String key;
    private final boolean otherwise;

    ToolAnnotationHint(String key, boolean otherwise) {
        this.key = key;
        this.otherwise = otherwise;
    }

    String key() {
        return key;
    }

    boolean in(JsonNode annotations) {
        return annotations.path(key).asBoolean(otherwise);
    }

    /** What has flipped, in words; a hint that says nothing about a read-only tool cannot flip by being left out. */
    Optional<String> flipped(JsonNode active, JsonNode canary) {
        boolean before = in(active);
        boolean after = in(canary);
        boolean bothSaid = active.path(key).isBoolean() && canary.path(key).isBoolean();
        boolean meaningless =
                (this == DESTRUCTIVE || this == IDEMPOTENT) && READ_ONLY.in(active) && READ_ONLY.in(canary);
        if (before == after || (meaningless && !bothSaid)) {
            return Optional.empty();
        }
        return Optional.of(key + " was " + describe(active) + ", is " + describe(canary));
    }

    private String describe(JsonNode annotations) {
        return in(annotations) + (annotations.path(key).isBoolean() ? "" : " by default");
    }
}

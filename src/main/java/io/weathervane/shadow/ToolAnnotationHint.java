package io.weathervane.shadow;

import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** A tool's annotations about its effects, with MCP's defaults for those that are absent. */
enum ToolAnnotationHint {
    READ_ONLY("readOnlyHint", false, /* safer= */ true),
    DESTRUCTIVE("destructiveHint", true, /* safer= */ false),
    IDEMPOTENT("idempotentHint", false, /* safer= */ true),
    OPEN_WORLD("openWorldHint", true, /* safer= */ false);

    private final String key;
    private final boolean otherwise;
    private final boolean safer;

    /** @param safer the value that promises less harm */
    ToolAnnotationHint(String key, boolean otherwise, boolean safer) {
        this.key = key;
        this.otherwise = otherwise;
        this.safer = safer;
    }

    String key() {
        return key;
    }

    boolean in(JsonNode annotations) {
        return annotations.path(key).asBoolean(otherwise);
    }

    /** Whether a flip to what these annotations say promises more harm than before. */
    boolean lessSafeIn(JsonNode annotations) {
        return in(annotations) != safer;
    }

    /** What has flipped, in words; a hint that says nothing about a read-only tool cannot flip by being left out. */
    Optional<String> flipped(JsonNode active, JsonNode canary) {
        boolean before = in(active);
        boolean after = in(canary);
        boolean bothSaid = active.path(key).isBoolean() && canary.path(key).isBoolean();
        boolean meaningless =
                (this == DESTRUCTIVE || this == IDEMPOTENT) && (READ_ONLY.in(active) || READ_ONLY.in(canary));
        if (before == after || (meaningless && !bothSaid)) {
            return Optional.empty();
        }
        return Optional.of(key + " was " + describe(active) + ", is " + describe(canary));
    }

    private String describe(JsonNode annotations) {
        return in(annotations) + (annotations.path(key).isBoolean() ? "" : " by default");
    }
}

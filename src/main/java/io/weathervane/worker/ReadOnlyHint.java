package io.weathervane.worker;

import tools.jackson.databind.JsonNode;

/** Reads from a tool's definition whether the server may call the tool on its own account. */
public final class ReadOnlyHint {
    private ReadOnlyHint() {}

    /** Whether the tool says, itself and in so many words, that it changes nothing. */
    public static boolean isIn(JsonNode tool) {
        JsonNode hint = tool.path("annotations").path("readOnlyHint");
        return hint.isBoolean() && hint.booleanValue();
    }
}

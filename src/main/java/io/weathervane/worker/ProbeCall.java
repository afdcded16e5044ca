package io.weathervane.worker;

import tools.jackson.databind.node.ObjectNode;

/** A call that is made to both workers because the configuration says so; its tool must be read-only on both. */
public record ProbeCall(String tool, ObjectNode arguments) {
    public ProbeCall {
        if (tool.isBlank()) {
            throw new IllegalArgumentException("a probe names a tool");
        }
    }
}

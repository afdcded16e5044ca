package io.weathervane.worker;

import tools.jackson.databind.node.ObjectNode;

/**
 * A tool of a plain JSON-RPC worker, which cannot list its own.
 *
 * @param name the tool's name for clients
 * @param inputSchema the JSON Schema of its arguments
 * @param method the worker's method it stands for; the arguments become its parameters
 * @param readOnly whether it changes nothing, so that it may be retried when the worker dies under it
 */
public record JsonRpcToolConfig(
        String name, String description, ObjectNode inputSchema, String method, boolean readOnly) {
    public JsonRpcToolConfig {
        if (name.isBlank() || method.isBlank()) {
            throw new IllegalArgumentException("a declared tool has a name and a method");
        }
    }

    /** A tool that may change something. */
    public JsonRpcToolConfig(String name, String description, ObjectNode inputSchema, String method) {
        this(name, description, inputSchema, method, /* readOnly= */ false);
    }
}

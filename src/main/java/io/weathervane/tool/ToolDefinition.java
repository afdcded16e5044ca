package io.weathervane.tool;

import tools.jackson.databind.node.ObjectNode;

/**
 * Definition of a tool as clients get it.
 *
 * @param name 1 to 64 characters of {@code [A-Za-z0-9_.-]}
 * @param annotations read by us; on the wire {@code json} counts
 * @param json the whole definition as it stands in {@code tools/list}: name, title, description, inputSchema,
 *     outputSchema, annotations, and for a worker's tool whatever else the worker says
 * @param service whose workers have it; empty for one of our own
 */
public record ToolDefinition(String name, ToolAnnotations annotations, ObjectNode json, String service) {
    /** A tool of no service's workers. */
    public ToolDefinition(String name, ToolAnnotations annotations, ObjectNode json) {
        this(name, annotations, json, /* service= */ "");
    }
}

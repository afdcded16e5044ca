package io.weathervane.tool;

import tools.jackson.databind.node.ObjectNode;

/**
 * What a client learns of a tool.
 *
 * @param name 1 to 64 characters of {@code [A-Za-z0-9_.-]}
 * @param annotations read by us; on the wire {@code json} counts
 * @param json the whole definition as it stands in {@code tools/list}: name, title, description, inputSchema,
 *     outputSchema, annotations, and for a worker's tool whatever else the worker says
 */
public record ToolDefinition(String name, ToolAnnotations annotations, ObjectNode json) {}

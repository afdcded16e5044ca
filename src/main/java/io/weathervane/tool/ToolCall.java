package io.weathervane.tool;

import tools.jackson.databind.node.ObjectNode;

/** One call of a tool: its arguments fit the tool's input schema already. */
public record ToolCall(ObjectNode arguments, Caller caller, CallChannel channel) {}

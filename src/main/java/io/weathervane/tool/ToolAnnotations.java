package io.weathervane.tool;

/** The four hints of MCP server/tools, always all of them: what is left out reads as the worst. */
public record ToolAnnotations(boolean readOnly, boolean destructive, boolean idempotent, boolean openWorld) {}

package io.weathervane.transport.stdio;

import io.weathervane.mcp.McpDispatcher;

/** What sessions of lines are served by: MCP, and what is there for legacy clients alone. */
public record LineServices(McpDispatcher dispatcher, LegacyLineSupport legacy) {}

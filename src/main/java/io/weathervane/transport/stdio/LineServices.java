package io.weathervane.transport.stdio;

import io.weathervane.mcp.McpDispatcher;

/** The server behind sessions of lines: MCP, and the part that is there for legacy clients alone. */
public record LineServices(McpDispatcher dispatcher, LegacyLineSupport legacy) {}

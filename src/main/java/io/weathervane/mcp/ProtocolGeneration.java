package io.weathervane.mcp;

/** The two ways of MCP: a handshake with {@code initialize}, or everything in each request. */
enum ProtocolGeneration {
    /** 2025-11-25 and older. */
    LEGACY,
    /** 2026-07-28: stateless, with {@code _meta} in every request. */
    MODERN
}

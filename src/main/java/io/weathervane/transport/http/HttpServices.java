package io.weathervane.transport.http;

import io.weathervane.mcp.McpDispatcher;
import io.weathervane.tool.OperationsScope;
import io.weathervane.util.TimeSource;

/**
 * Services that answer the requests of one HTTP server.
 *
 * @param legacy makes what answers clients of the legacy generation
 * @param beside what is served beside MCP
 * @param operations which of the server's own tools its callers are offered
 * @param time that of the dispatcher
 */
public record HttpServices(
        McpDispatcher dispatcher,
        LegacyHttpSupport.Factory legacy,
        Beside beside,
        OperationsScope operations,
        TimeSource time) {
    /** Sources of the answers beside MCP: {@code /health}, {@code /signals/NAME}, {@code /ofrep/v1}. */
    public record Beside(HealthSource health, SignalReceiver signals, OfrepServices ofrep) {}
}

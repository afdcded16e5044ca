package io.weathervane.transport.http;

import io.weathervane.mcp.McpDispatcher;
import io.weathervane.tool.OperationsScope;
import io.weathervane.util.TimeSource;

/**
 * Services that answer the requests of one HTTP server.
 *
 * @param legacy makes what answers clients of the legacy generation
 * @param operations which of the server's own tools its callers are offered
 * @param time that of the dispatcher
 */
public record HttpServices(
        McpDispatcher dispatcher,
        LegacyHttpSupport.Factory legacy,
        HealthSource health,
        SignalReceiver signals,
        OperationsScope operations,
        TimeSource time) {}

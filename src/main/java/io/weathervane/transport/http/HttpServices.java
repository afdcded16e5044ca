package io.weathervane.transport.http;

import io.weathervane.mcp.McpDispatcher;
import io.weathervane.tool.OperationsScope;

/**
 * What answers the requests of one server.
 *
 * @param legacy makes what answers clients of the legacy generation
 * @param operations which of the server's own tools its callers are offered
 */
public record HttpServices(
        McpDispatcher dispatcher,
        LegacyHttpSupport.Factory legacy,
        HealthSource health,
        SignalReceiver signals,
        OperationsScope operations) {}

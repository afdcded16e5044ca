package io.weathervane.transport.http;

import io.weathervane.mcp.McpDispatcher;

/**
 * What answers the requests of one server.
 *
 * @param legacy makes what answers clients of the legacy generation
 */
public record HttpServices(
        McpDispatcher dispatcher, LegacyHttpSupport.Factory legacy, HealthSource health, SignalReceiver signals) {}

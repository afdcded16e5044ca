package io.weathervane.testing;

import io.weathervane.mcp.CallLimits;
import io.weathervane.mcp.McpDispatcher;
import io.weathervane.mcp.McpServices;
import io.weathervane.mcp.ServerInfo;
import io.weathervane.mcp.legacy.LegacyClientSupport;
import io.weathervane.tool.ToolRegistry;
import io.weathervane.transport.stdio.LineServices;
import io.weathervane.transport.stdio.legacy.LineBatches;
import io.weathervane.util.Ticker;

/** Dispatchers of both generations, as the application makes them, around services of a test's own. */
public final class TestDispatchers {
    private TestDispatchers() {}

    public static McpDispatcher of(ServerInfo info, ToolRegistry tools) {
        return of(McpServices.of(info, tools));
    }

    public static McpDispatcher of(McpServices services) {
        return of(services, CallLimits.defaults());
    }

    public static McpDispatcher of(McpServices services, CallLimits limits) {
        return of(services, limits, Ticker.system());
    }

    public static McpDispatcher of(McpServices services, CallLimits limits, Ticker ticker) {
        return new McpDispatcher(services, LegacyClientSupport::new, limits, ticker);
    }

    /** The same for sessions of lines. */
    public static LineServices lines(McpDispatcher dispatcher) {
        return new LineServices(dispatcher, new LineBatches());
    }
}

package io.weathervane.testing;

import io.weathervane.mcp.McpDispatcher;
import io.weathervane.tool.OperationsScope;
import io.weathervane.transport.http.HealthSource;
import io.weathervane.transport.http.HttpAccessOptions;
import io.weathervane.transport.http.HttpOptions;
import io.weathervane.transport.http.HttpServer;
import io.weathervane.transport.http.HttpServices;
import io.weathervane.transport.http.SignalReceiver;
import io.weathervane.transport.http.legacy.LegacyHttpClientSupport;
import io.weathervane.util.TimeSource;

/** HTTP servers of both generations, as the application starts them, around a dispatcher of a test's own. */
public final class TestHttp {
    private TestHttp() {}

    public static HttpServer start(HttpOptions options, McpDispatcher dispatcher, HealthSource health) {
        return start(options, HttpAccessOptions.local(), dispatcher, health);
    }

    public static HttpServer start(
            HttpOptions options, HttpAccessOptions access, McpDispatcher dispatcher, HealthSource health) {
        return start(options, access, dispatcher, health, SignalReceiver.none());
    }

    public static HttpServer start(
            HttpOptions options,
            HttpAccessOptions access,
            McpDispatcher dispatcher,
            HealthSource health,
            SignalReceiver signals) {
        return HttpServer.start(
                options,
                access,
                new HttpServices(
                        dispatcher,
                        LegacyHttpClientSupport::new,
                        health,
                        signals,
                        OperationsScope.ALL,
                        TimeSource.system()));
    }
}

package io.weathervane.testing;

import io.weathervane.mcp.McpDispatcher;
import io.weathervane.ofrep.OfrepFlags;
import io.weathervane.reader.FlagReaders;
import io.weathervane.tool.OperationsScope;
import io.weathervane.transport.http.HealthSource;
import io.weathervane.transport.http.HttpAccessOptions;
import io.weathervane.transport.http.HttpOptions;
import io.weathervane.transport.http.HttpServer;
import io.weathervane.transport.http.HttpServices;
import io.weathervane.transport.http.OfrepServices;
import io.weathervane.transport.http.SignalReceiver;
import io.weathervane.transport.http.legacy.LegacyHttpClientSupport;
import io.weathervane.util.Ticker;
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
                        new HttpServices.Beside(health, signals, noFlags()),
                        OperationsScope.ALL,
                        TimeSource.system()));
    }

    private static OfrepServices noFlags() {
        OfrepFlags none = new OfrepFlags(() -> {
            throw new IllegalStateException("this server has no flags");
        });
        return new OfrepServices(none, new FlagReaders(() -> 0, Ticker.system()), changed -> () -> {});
    }
}

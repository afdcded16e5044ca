package io.weathervane.mcp;

import io.weathervane.tool.LogLevel;

/** Hears what clients want to be told that a server behind this one knows, all clients together. */
public interface UpstreamSubscriptions {
    /**
     * The first client subscribed to the resource; on its own thread.
     *
     * @param waits whether the other server may take as long as for a call
     * @throws io.weathervane.jsonrpc.JsonRpcException when that cannot be
     */
    void watch(String uri, boolean waits);

    /** No client is subscribed to the resource any more. */
    void unwatch(String uri);

    /** The mildest level of log messages that a client asked for, when it has changed. */
    void logLevel(LogLevel mildest);

    /** No other server is behind this one. */
    static UpstreamSubscriptions none() {
        return new UpstreamSubscriptions() {
            @Override
            public void watch(String uri, boolean waits) {}

            @Override
            public void unwatch(String uri) {}

            @Override
            public void logLevel(LogLevel mildest) {}
        };
    }
}

package io.weathervane.transport.http;

import java.time.Duration;

/**
 * Address to listen on, and the bounds on what clients can take.
 *
 * @param port 0 for any free one
 */
public record HttpOptions(String host, int port, HttpBounds bounds, HttpTimeouts timeouts) {
    public HttpOptions {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port must be between 0 and 65535, was " + port);
        }
    }

    public static HttpOptions of(String host, int port) {
        return new HttpOptions(host, port, HttpBounds.defaults(), HttpTimeouts.defaults());
    }

    /** Most streams that stay open without a call: half of the connections, so that there is always room for calls. */
    int lastingStreams() {
        return Math.max(1, bounds.connections() / 2);
    }

    /** Whether only this machine's users can reach the place. */
    public boolean isLocal() {
        return LoopbackNames.isLoopback(host);
    }

    /** The same bounds at another place. */
    public HttpOptions at(String otherHost, int otherPort) {
        return new HttpOptions(otherHost, otherPort, bounds, timeouts);
    }

    /** The same place with other bounds. */
    HttpOptions with(HttpBounds other) {
        return new HttpOptions(host, port, other, timeouts);
    }

    /** The same place with other times for a request to come. */
    HttpOptions withTimes(Duration head, Duration body) {
        return new HttpOptions(
                host,
                port,
                bounds,
                new HttpTimeouts(timeouts.idle(), timeouts.sessionIdle(), timeouts.keepAlive(), head, body));
    }

    HttpOptions withBounds(long drain, Duration idle, Duration keepAlive) {
        return new HttpOptions(
                host,
                port,
                new HttpBounds(
                        bounds.connections(), bounds.acceptQueue(), bounds.headerBytes(), drain, bounds.sessions()),
                new HttpTimeouts(idle, timeouts.sessionIdle(), keepAlive, timeouts.head(), timeouts.body()));
    }
}

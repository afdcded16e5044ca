package io.weathervane.transport.http;

import java.time.Duration;

/**
 * Time limits for HTTP clients.
 *
 * @param idle how long a connection may be silent while it is waited for
 * @param sessionIdle how long a legacy session lives without a request
 * @param keepAlive how long an event stream is silent before a comment line is sent on it
 * @param head how long a request's head may take to come, from the connection's beginning or its own first byte
 * @param body how long its body may take after that
 */
public record HttpTimeouts(Duration idle, Duration sessionIdle, Duration keepAlive, Duration head, Duration body) {
    public static HttpTimeouts defaults() {
        return new HttpTimeouts(
                Duration.ofSeconds(60),
                Duration.ofMinutes(30),
                Duration.ofSeconds(15),
                Duration.ofSeconds(10),
                Duration.ofSeconds(30));
    }
}

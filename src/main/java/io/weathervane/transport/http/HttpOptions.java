package io.weathervane.transport.http;

import java.time.Duration;

/**
 * Where to listen, and the bounds on what clients can take.
 *
 * @param port 0 for any free one
 * @param connections most connections at a time; a further one is answered with 503 and closed
 * @param acceptQueue most connections that wait to be accepted
 * @param headerBytes most bytes of a request's line and headers together
 * @param drainBytes most bytes of an oversize body that are read and dropped to keep its connection
 * @param idle how long a connection may be silent while it is waited for
 * @param sessions most legacy sessions; beyond it the one unused for longest ends
 * @param sessionIdle how long a legacy session lives without a request
 * @param keepAlive how long an event stream is silent before a comment line is sent on it
 * @param headTime how long a request's head may take to come, from the connection's beginning or its own first byte
 * @param bodyTime how long its body may take after that
 */
public record HttpOptions(
        String host,
        int port,
        int connections,
        int acceptQueue,
        int headerBytes,
        long drainBytes,
        Duration idle,
        int sessions,
        Duration sessionIdle,
        Duration keepAlive,
        Duration headTime,
        Duration bodyTime) {
    private static final Duration HEAD_TIME = Duration.ofSeconds(10);
    private static final Duration BODY_TIME = Duration.ofSeconds(30);

    /** With the usual times for head and body. */
    public HttpOptions(
            String host,
            int port,
            int connections,
            int acceptQueue,
            int headerBytes,
            long drainBytes,
            Duration idle,
            int sessions,
            Duration sessionIdle,
            Duration keepAlive) {
        this(
                host,
                port,
                connections,
                acceptQueue,
                headerBytes,
                drainBytes,
                idle,
                sessions,
                sessionIdle,
                keepAlive,
                HEAD_TIME,
                BODY_TIME);
    }

    public HttpOptions {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port must be between 0 and 65535, was " + port);
        }
    }

    public static HttpOptions of(String host, int port) {
        return new HttpOptions(
                host,
                port,
                256,
                128,
                16 * 1024, // 16 KiB
                64L * 1024 * 1024, // 64 MiB
                Duration.ofSeconds(60),
                10_000,
                Duration.ofMinutes(30),
                Duration.ofSeconds(15));
    }

    /** Most streams that stay open without a call: half of the connections, so that there is always room for calls. */
    int lastingStreams() {
        return Math.max(1, connections / 2);
    }

    /** Whether only this machine's users can reach the place. */
    public boolean isLocal() {
        return LocalOnly.isLoopback(host);
    }

    /** The same place with other bounds on connections and headers. */
    public HttpOptions with(int connectionsMax, int headerBytesMax) {
        return new HttpOptions(
                host,
                port,
                connectionsMax,
                acceptQueue,
                headerBytesMax,
                drainBytes,
                idle,
                sessions,
                sessionIdle,
                keepAlive);
    }

    /** The same place with other times for a request to come. */
    HttpOptions withTimes(Duration head, Duration body) {
        return new HttpOptions(
                host,
                port,
                connections,
                acceptQueue,
                headerBytes,
                drainBytes,
                idle,
                sessions,
                sessionIdle,
                keepAlive,
                head,
                body);
    }

    HttpOptions withBounds(long drain, Duration idleTime, Duration keepAliveTime) {
        return new HttpOptions(
                host,
                port,
                connections,
                acceptQueue,
                headerBytes,
                drain,
                idleTime,
                sessions,
                sessionIdle,
                keepAliveTime);
    }
}

package io.weathervane.transport.http;

/**
 * The most that clients can take of the server.
 *
 * @param connections most connections at a time; a further one is answered with 503 and closed
 * @param acceptQueue most connections that wait to be accepted
 * @param headerBytes most bytes of a request's line and headers together
 * @param drainBytes most bytes of an oversize body that are read and dropped to keep its connection
 * @param sessions most legacy sessions; beyond it the one unused for longest ends
 */
public record HttpBounds(int connections, int acceptQueue, int headerBytes, long drainBytes, int sessions) {
    /** More than a flood keeps waiting: the system drops one beyond it, and its client tries again after a second. */
    private static final int ACCEPT_QUEUE = 1024;

    public static HttpBounds defaults() {
        return new HttpBounds(256, ACCEPT_QUEUE, 16 * 1024, 64L * 1024 * 1024, 10_000);
    }

    public HttpBounds with(int connectionsMax, int headerBytesMax) {
        return new HttpBounds(connectionsMax, acceptQueue, headerBytesMax, drainBytes, sessions);
    }
}

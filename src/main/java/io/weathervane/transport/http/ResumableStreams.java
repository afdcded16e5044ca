package io.weathervane.transport.http;

/** The streams of a client that can come back for the rest of one: they outlive their connections. */
public interface ResumableStreams {
    /** A stream for the answer to a request, on this connection to begin with. */
    MessageSink begin(EventStream connection);

    /** Whether the client understands that it is to come back. */
    boolean primes();
}

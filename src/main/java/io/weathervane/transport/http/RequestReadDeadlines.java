package io.weathervane.transport.http;

import java.time.Duration;
import java.util.Optional;

/** Time limits for a request's head and for its body. No byte that comes meanwhile renews the time. */
final class RequestReadDeadlines {
    private final HttpTimeouts timeouts;

    RequestReadDeadlines(HttpTimeouts timeouts) {
        this.timeouts = timeouts;
    }

    /**
     * Why the connection is to be closed, if its request is late. A connection that was idle and has had more bytes begins
     * with the next head, from now on.
     *
     * @param bytesIn what has come on the connection until now
     * @param now nanoseconds of the ticker
     */
    Optional<String> missed(HttpConnectionState state, long bytesIn, long now) {
        HttpConnectionState.Step step = state.step();
        return switch (step.phase()) {
            case HEAD -> late("head", timeouts.head(), step, now);
            case BODY -> late("body", timeouts.body(), step, now);
            case WORKING -> Optional.empty();
            case IDLE -> {
                if (bytesIn > step.bytesIn()) {
                    state.headBegins(step, now);
                }
                yield Optional.empty();
            }
        };
    }

    private static Optional<String> late(String part, Duration limit, HttpConnectionState.Step step, long now) {
        return now - step.since() > limit.toNanos()
                ? Optional.of("its request's " + part + " has not come within " + limit.toSeconds() + " s")
                : Optional.empty();
    }
}

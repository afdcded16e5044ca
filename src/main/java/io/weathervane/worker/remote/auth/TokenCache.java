package io.weathervane.worker.remote.auth;

import io.weathervane.util.DurationFormat;
import io.weathervane.util.Stopwatch;
import io.weathervane.util.Ticker;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The token that requests carry: fetched when it is first needed, again shortly before it expires and when a server has
 * refused it. One fetch at a time; who needs a token meanwhile waits, who has a good one does not.
 */
final class TokenCache {
    /** So long before it expires a token is fetched anew, or at half of its life when that is later. */
    static final Duration REFRESH_MARGIN = Duration.ofSeconds(30);

    /** So long an endpoint that gave no token is not asked again. */
    static final Duration FAILURE_RETENTION = Duration.ofSeconds(5);

    /** Longest that one request waits for another that fetches the token. */
    static final Duration FETCH_WAIT = Duration.ofSeconds(12);

    /** So many refused tokens in the window are replaced: a server that refuses all makes no storm of questions. */
    static final int REFUSALS_MAX = 10;

    static final Duration REFUSAL_WINDOW = Duration.ofSeconds(10);

    private final TokenEndpoint endpoint;
    private final Ticker ticker;
    private final ReentrantLock fetching = new ReentrantLock();
    private volatile Optional<Held> held = Optional.empty();
    private volatile Optional<Failure> failure = Optional.empty();
    private Stopwatch refusalWindow;
    private int refusals;

    private record Held(AccessToken token, Stopwatch age) {}

    private record Failure(String message, Stopwatch age) {}

    TokenCache(TokenEndpoint endpoint, Ticker ticker) {
        this.endpoint = endpoint;
        this.ticker = ticker;
        this.refusalWindow = new Stopwatch(ticker, REFUSAL_WINDOW);
    }

    /** A token that is good now, within a bounded time. */
    String token() throws IOException {
        Optional<Held> now = held;
        if (now.filter(this::isFresh).isPresent()) {
            return now.get().token().value();
        }
        Optional<String> good = good();
        if (good.isPresent() && recentFailure().isPresent()) {
            return good.get();
        }
        if (!begin(good.isPresent() ? Duration.ZERO : FETCH_WAIT)) {
            return good.orElseThrow(() -> new CredentialException(endpoint.name()
                    + " is being asked for a token for longer than " + DurationFormat.format(FETCH_WAIT)));
        }
        try {
            return fetched();
        } finally {
            fetching.unlock();
        }
    }

    /**
     * A server has refused this token.
     *
     * @return whether it is replaced
     */
    boolean refused(String token) throws IOException {
        if (!begin(FETCH_WAIT)) {
            return false;
        }
        try {
            if (held.filter(one -> one.token().value().equals(token)).isEmpty()) {
                return true; // by another request already
            }
            if (refusals == 0 || refusalWindow.passed()) {
                refusalWindow = new Stopwatch(ticker, REFUSAL_WINDOW);
                refusals = 0;
            }
            if (refusals >= REFUSALS_MAX) {
                return false;
            }
            refusals++;
            held = Optional.empty();
            return true;
        } finally {
            fetching.unlock();
        }
    }

    private boolean begin(Duration wait) throws InterruptedIOException {
        try {
            return fetching.tryLock(wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(endpoint.name() + " was not waited for");
        }
    }

    /** What another has fetched meanwhile, else a new one. */
    private String fetched() throws IOException {
        Optional<Held> now = held;
        if (now.filter(this::isFresh).isPresent()) {
            return now.get().token().value();
        }
        Optional<String> recent = recentFailure();
        try {
            if (recent.isPresent()) {
                throw new CredentialException(recent.get());
            }
            return fetch();
        } catch (CredentialException e) {
            return good().orElseThrow(() -> e);
        }
    }

    private String fetch() throws IOException {
        Stopwatch asked = new Stopwatch(ticker);
        try {
            AccessToken token = endpoint.fetch();
            held = Optional.of(new Held(token, asked));
            failure = Optional.empty();
            return token.value();
        } catch (CredentialException e) {
            failure = Optional.of(new Failure(String.valueOf(e.getMessage()), new Stopwatch(ticker)));
            throw e;
        }
    }

    private Optional<String> good() {
        return held.filter(one -> !one.age().hasRunFor(one.token().lifetime()))
                .map(one -> one.token().value());
    }

    private boolean isFresh(Held one) {
        Duration lifetime = one.token().lifetime();
        Duration half = lifetime.dividedBy(2);
        Duration margin = half.compareTo(REFRESH_MARGIN) < 0 ? half : REFRESH_MARGIN;
        return !one.age().hasRunFor(lifetime.minus(margin));
    }

    private Optional<String> recentFailure() {
        return failure.filter(one -> !one.age().hasRunFor(FAILURE_RETENTION)).map(Failure::message);
    }
}

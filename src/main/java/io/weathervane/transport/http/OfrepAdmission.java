package io.weathervane.transport.http;

import io.weathervane.auth.Authenticator;
import io.weathervane.auth.BearerTokenExtractor;
import io.weathervane.auth.TokenVerdict;
import io.weathervane.peer.Peer;
import io.weathervane.tool.Caller;
import io.weathervane.tool.CallerRole;
import io.weathervane.util.Ticker;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;

/**
 * Lets readers of flags in as {@code /mcp} does, with two differences, because a reader that is turned away misses a kill.
 * It is never too much: flags are answered from memory. And a token that was good a short while ago is told to come back
 * (503): clients of OFREP stop for good at 401 and 403 (its guideline for static contexts), and a token that is being
 * replaced looks like a bad one.
 */
final class OfrepAdmission {
    /** How long after its last use a token that is no longer good is told to come back: 10 min. */
    static final Duration ROTATION = Duration.ofMinutes(10);

    /** Most tokens that are remembered as having been good. */
    private static final int REMEMBERED_MAX = 1_024;

    private static final Duration RETRY = Duration.ofSeconds(1);

    /** The protocol's other way to show a key. */
    static final String API_KEY = "X-API-Key";

    private final RequestAdmission admission;
    private final Optional<Authenticator> authenticator;
    private final Ticker ticker;
    private final OfrepTickets tickets = new OfrepTickets();
    private final Map<String, Long> good = new ConcurrentHashMap<>();

    OfrepAdmission(RequestAdmission admission, Optional<Authenticator> authenticator, Ticker ticker) {
        this.admission = admission;
        this.authenticator = authenticator;
        this.ticker = ticker;
    }

    /** Lets the exchange through, with its caller, or answers it. */
    void admit(HttpExchange httpExchange, Consumer<HttpExchange> handler) {
        Peer peer = admission.peer(httpExchange);
        if (peer.kind() == Peer.Kind.DESCENDANT) {
            RequestAdmission.refuseDescendant(peer, httpExchange);
        } else if (authenticator.isEmpty()) {
            admitted(admission.localCaller(peer, httpExchange), httpExchange, handler);
        } else {
            byToken(authenticator.get(), httpExchange, handler);
        }
    }

    private void byToken(Authenticator known, HttpExchange httpExchange, Consumer<HttpExchange> handler) {
        try {
            Optional<String> token = token(httpExchange);
            if (token.isEmpty()) {
                RequestAdmission.challenge(httpExchange, known.challenge());
                OfrepEndpoint.refuse(
                        httpExchange,
                        HttpStatus.UNAUTHORIZED_401,
                        "a token is needed: Authorization: Bearer ..., or " + API_KEY);
            } else {
                byToken(known, token.get(), httpExchange, handler);
            }
        } catch (BearerTokenExtractor.MalformedException e) {
            RequestAdmission.challenge(httpExchange, known.challengeMalformed());
            OfrepEndpoint.refuse(httpExchange, HttpStatus.BAD_REQUEST_400, String.valueOf(e.getMessage()));
        }
    }

    private void byToken(Authenticator known, String token, HttpExchange httpExchange, Consumer<HttpExchange> handler) {
        TokenVerdict verdict = known.check(token);
        if (verdict instanceof TokenVerdict.Known now) {
            remember(token);
            admitted(now.caller(), httpExchange, handler);
        } else if (verdict instanceof TokenVerdict.Unavailable || wasGood(token)) {
            OfrepEndpoint.later(
                    httpExchange,
                    RETRY,
                    verdict instanceof TokenVerdict.Unavailable
                            ? "tokens cannot be checked at the moment"
                            : "the token is not good any more: get the one that replaces it");
        } else if (verdict instanceof TokenVerdict.Refused bad && admission.countsFailure(httpExchange, bad.why())) {
            RequestAdmission.challenge(httpExchange, known.challengeInvalidToken());
            OfrepEndpoint.refuse(httpExchange, HttpStatus.UNAUTHORIZED_401, "the token is not good here");
        }
    }

    private void admitted(Caller caller, HttpExchange httpExchange, Consumer<HttpExchange> handler) {
        HttpExchange known = admission.by(caller, httpExchange);
        if (known.caller().has(CallerRole.VIEWER)) {
            handler.accept(known);
        } else {
            admission.refuseFor(CallerRole.VIEWER, known, "reading flags");
        }
    }

    /** Address, for this caller, of the stream at the path. */
    String streamAddress(HttpExchange httpExchange, String path) {
        return authenticator.isEmpty()
                ? path
                : path + "?ticket=" + tickets.of(shownToken(httpExchange).orElseThrow());
    }

    /**
     * Whether the caller of an open stream would be let in now as who it was then. While tokens cannot be checked a stream
     * stays: it tells nothing of the flags, and without it a kill would not be noticed.
     */
    boolean stillAdmits(HttpExchange httpExchange) {
        if (authenticator.isEmpty()) {
            return true;
        }
        Optional<String> token = shownToken(httpExchange);
        if (token.isEmpty()) {
            return false;
        }
        TokenVerdict verdict = authenticator.get().check(token.get());
        if (verdict instanceof TokenVerdict.Known now) {
            remember(token.get());
            return now.caller().has(CallerRole.VIEWER)
                    && now.caller().name().equals(httpExchange.caller().name());
        }
        return verdict instanceof TokenVerdict.Unavailable;
    }

    private Optional<String> shownToken(HttpExchange httpExchange) {
        try {
            return token(httpExchange);
        } catch (BearerTokenExtractor.MalformedException e) {
            return Optional.empty();
        }
    }

    private Optional<String> token(HttpExchange httpExchange) throws BearerTokenExtractor.MalformedException {
        Optional<String> bearer =
                BearerTokenExtractor.in(httpExchange.headers().getValuesList(HttpHeader.AUTHORIZATION));
        return bearer.or(() -> Optional.ofNullable(httpExchange.headers().get(API_KEY)))
                .or(() -> OfrepEndpoint.ticket(httpExchange).flatMap(tickets::token));
    }

    private void remember(String token) {
        long now = ticker.nanos();
        if (good.size() >= REMEMBERED_MAX && !good.containsKey(token)) {
            good.values().removeIf(at -> now - at > ROTATION.toNanos());
            if (good.size() >= REMEMBERED_MAX) {
                return;
            }
        }
        good.put(token, now);
    }

    private boolean wasGood(String token) {
        Long at = good.get(token);
        return at != null && ticker.nanos() - at <= ROTATION.toNanos();
    }
}

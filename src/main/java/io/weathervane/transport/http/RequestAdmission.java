package io.weathervane.transport.http;

import io.weathervane.auth.Authenticator;
import io.weathervane.auth.BearerTokenExtractor;
import io.weathervane.auth.KeyedSemaphore;
import io.weathervane.auth.ProtectedResourceMetadata;
import io.weathervane.auth.RateLimiter;
import io.weathervane.auth.TokenVerdict;
import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.mcp.McpDispatcher;
import io.weathervane.mcp.McpRequest;
import io.weathervane.peer.Peer;
import io.weathervane.tool.Caller;
import io.weathervane.tool.CallerRole;
import io.weathervane.tool.OperationsScope;
import io.weathervane.util.Ticker;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The step before the handlers: finds out who calls, and turns away who may not, or calls too much. What a token is
 * worth is decided before failures are counted, so no caller is kept out by the failures of others at one address.
 */
public final class RequestAdmission {
    private static final Logger LOG = LoggerFactory.getLogger("Admission");

    /** Requests beside all others for what makes the system safer. */
    private static final int RESERVED = 16;

    private static final Duration RETRY_LOGIN = Duration.ofSeconds(5);

    /** What a caller may send at once, after a pause, in the measure of its seconds. */
    private static final int BURST_SECONDS = 2;

    private final Optional<Authenticator> authenticator;
    private final ConnectionPeerTracker peers;
    private final boolean trustLoopback;
    private final OperationsScope operations;
    private final CallerLimitOptions limits;
    private final AtomicInteger running = new AtomicInteger();
    private final KeyedSemaphore semaphore;
    private final RateLimiter requests;
    private final RateLimiter failures;

    /**
     * An admission.
     *
     * @param peers knows the processes at the other end of connections
     * @param operations which of the server's own tools callers are offered
     */
    RequestAdmission(
            HttpAccessOptions access,
            Optional<Authenticator> authenticator,
            ConnectionPeerTracker peers,
            OperationsScope operations,
            Ticker ticker) {
        this.authenticator = authenticator;
        this.trustLoopback = access.trustLoopback();
        this.peers = peers;
        this.operations = operations;
        this.limits = access.limits();
        this.semaphore = new KeyedSemaphore(limits.maxConcurrentRequestsPerCaller());
        int each = limits.maxRequestsPerSecondPerCaller();
        this.requests = new RateLimiter(each, Duration.ofSeconds(1), BURST_SECONDS * each, ticker);
        int failed = limits.maxFailedAuthPerMinute();
        this.failures = new RateLimiter(failed, Duration.ofMinutes(1), failed, ticker);
    }

    /** Metadata by which clients get a token; empty when no issuer takes part. */
    Optional<ProtectedResourceMetadata> resource() {
        return authenticator.flatMap(Authenticator::resource);
    }

    /** Lets a request through whose body has to prove who sends it: the handler looks, and may {@link #refuseUnproven}. */
    void admitUnproven(HttpExchange httpExchange, Consumer<HttpExchange> handler) {
        Peer peer = peers.of(httpExchange.request());
        try {
            if (running.incrementAndGet() > limits.maxConcurrentRequests()) {
                laterForAll(httpExchange);
            } else if (peer.kind() == Peer.Kind.DESCENDANT) {
                refuseDescendant(peer, httpExchange);
            } else {
                handler.accept(httpExchange);
            }
        } finally {
            running.decrementAndGet();
        }
    }

    /** Answers a request whose body, which was read, does not prove who sends it. */
    void refuseUnproven(HttpExchange httpExchange, String why) {
        if (countsFailure(httpExchange, why)) {
            JsonResponses.refused(httpExchange, HttpStatus.UNAUTHORIZED_401, why);
        }
    }

    /** Lets the exchange through, with its caller, or answers it. */
    void admit(HttpExchange httpExchange, Consumer<HttpExchange> handler) {
        try {
            int most = limits.maxConcurrentRequests() + (httpExchange.urgent() ? RESERVED : 0);
            if (running.incrementAndGet() > most) {
                laterForAll(httpExchange);
            } else {
                admit(peers.of(httpExchange.request()), httpExchange, handler);
            }
        } finally {
            running.decrementAndGet();
        }
    }

    private void laterForAll(HttpExchange httpExchange) {
        later(
                httpExchange,
                HttpStatus.SERVICE_UNAVAILABLE_503,
                JsonResponses.SOON,
                "the server works on " + limits.maxConcurrentRequests() + " requests already; nothing was done");
    }

    static void refuseDescendant(Peer peer, HttpExchange httpExchange) {
        LOG.warn("refused a process that this server started: it must not operate it user={}", peer.user());
        JsonResponses.refusedUnread(
                httpExchange,
                HttpStatus.FORBIDDEN_403,
                "a process that this server started (a worker, build or test) must not call it");
    }

    /** The process at the other end. */
    Peer peer(HttpExchange httpExchange) {
        return peers.of(httpExchange.request());
    }

    /** The caller without a token: who holds the connection. */
    Caller localCaller(Peer peer, HttpExchange httpExchange) {
        return LoopbackCallerResolver.of(peer, httpExchange.headers(), trustLoopback);
    }

    /** Without tokens a caller is who holds the connection; a process of our own is refused with a token, too. */
    private void admit(Peer peer, HttpExchange httpExchange, Consumer<HttpExchange> handler) {
        if (peer.kind() == Peer.Kind.DESCENDANT) {
            refuseDescendant(peer, httpExchange);
        } else if (authenticator.isPresent()) {
            admit(authenticator.get(), httpExchange, handler);
        } else {
            handler.accept(by(localCaller(peer, httpExchange), httpExchange));
        }
    }

    HttpExchange by(Caller caller, HttpExchange httpExchange) {
        return httpExchange.by(caller.offered(operations));
    }

    /** Whether the caller of an answer that is still open would be let in now as who it was then. */
    boolean stillAdmits(HttpExchange httpExchange) {
        try {
            return authenticator.isEmpty()
                    || BearerTokenExtractor.in(httpExchange.headers().getValuesList(HttpHeader.AUTHORIZATION))
                            .map(authenticator.get()::check)
                            .filter(verdict -> verdict instanceof TokenVerdict.Known good
                                    && good.caller().offered(operations).equals(httpExchange.caller()))
                            .isPresent();
        } catch (BearerTokenExtractor.MalformedException e) {
            return false;
        }
    }

    /** Whether letting this exchange through, or not, may take time: credentials or users may have to be looked up. */
    boolean mayWait(HttpExchange httpExchange) {
        return authenticator.isPresent() || !peers.knows(httpExchange.request());
    }

    /** Whether its body may be read before it is known whose it is. */
    boolean mayReadFirst(Request request) {
        return authenticator.isEmpty() || request.getHeaders().contains(HttpHeader.AUTHORIZATION);
    }

    /** Whether the request shows no credentials where they are needed. */
    boolean isAnonymous(HttpExchange httpExchange) {
        return authenticator.isPresent() && !httpExchange.headers().contains(HttpHeader.AUTHORIZATION);
    }

    /** Counts so many requests more that the exchange has; how long to wait when they are too many. */
    public Duration countMore(HttpExchange httpExchange, int more) {
        Duration wait = Duration.ZERO;
        for (int one = 0; one < more && wait.isZero() && authenticator.isPresent(); one++) {
            wait = requests.take(httpExchange.caller().name());
        }
        return wait;
    }

    /** Whether the exchange's caller may have one request more running at the same time; it is to be given back. */
    public boolean hasAnotherPlace(HttpExchange httpExchange) {
        if (running.incrementAndGet() > limits.maxConcurrentRequests()) {
            running.decrementAndGet();
            return false;
        }
        if (authenticator.isPresent() && !semaphore.take(httpExchange.caller().name())) {
            running.decrementAndGet();
            return false;
        }
        return true;
    }

    public void giveBackPlace(HttpExchange httpExchange) {
        if (authenticator.isPresent()) {
            semaphore.giveBack(httpExchange.caller().name());
        }
        running.decrementAndGet();
    }

    /** The role that the exchange's caller lacks for the request. */
    static Optional<CallerRole> roleMissing(HttpExchange httpExchange, McpRequest request, McpDispatcher dispatcher) {
        return httpExchange.caller().hasAll()
                ? Optional.empty()
                : dispatcher.roleMissing(request, httpExchange.caller());
    }

    /**
     * Refuses one request of several, whose answers have one status.
     *
     * @throws JsonRpcException when the exchange's caller lacks the role for it
     */
    public void refuseUnlessAllowed(HttpExchange httpExchange, McpRequest request, McpDispatcher dispatcher) {
        Optional<CallerRole> missing = roleMissing(httpExchange, request, dispatcher);
        if (missing.isPresent()) {
            throw lacking(missing.get(), httpExchange, whatIsAsked(request));
        }
    }

    private static String whatIsAsked(McpRequest request) {
        String tool = request.params().path("name").asString("");
        return tool.isEmpty() ? request.method() : tool;
    }

    /** Answers a caller that lacks the role for what it asked. */
    void refuseFor(CallerRole needed, HttpExchange httpExchange, String what) {
        authenticator.ifPresent(known -> challenge(httpExchange, known.challengeScope(needed)));
        RequestBodyReader.discard(httpExchange);
        JsonResponses.message(
                httpExchange,
                HttpStatus.FORBIDDEN_403,
                lacking(needed, httpExchange, what).toFailure(null));
    }

    /** The same for a request, whose id is said back. */
    void refuseFor(CallerRole needed, HttpExchange httpExchange, McpRequest request) {
        authenticator.ifPresent(known -> challenge(httpExchange, known.challengeScope(needed)));
        JsonRpcException error = lacking(needed, httpExchange, whatIsAsked(request));
        JsonResponses.message(
                httpExchange,
                HttpStatus.FORBIDDEN_403,
                error.toFailure(request.request().id()));
    }

    private static JsonRpcException lacking(CallerRole needed, HttpExchange httpExchange, String what) {
        String who = httpExchange.caller().name();
        String unknown = httpExchange.caller().isAnonymous()
                ? ". The system does not tell which user this connection is of (or a proxy passes it on): use"
                        + " scripts/weathervane call, a token (server.auth), or server.trustLoopback"
                : "";
        return new JsonRpcException(
                ErrorCode.INVALID_REQUEST,
                "Refused: " + what + " needs the role " + needed.wireName() + ", which " + who + " does not have"
                        + unknown);
    }

    private void admit(Authenticator known, HttpExchange httpExchange, Consumer<HttpExchange> handler) {
        try {
            Optional<String> token =
                    BearerTokenExtractor.in(httpExchange.headers().getValuesList(HttpHeader.AUTHORIZATION));
            if (token.isEmpty()) {
                challenge(httpExchange, known.challenge());
                JsonResponses.refusedUnread(
                        httpExchange, HttpStatus.UNAUTHORIZED_401, "a token is needed: Authorization: Bearer ...");
            } else {
                admit(known, known.check(token.get()), httpExchange, handler);
            }
        } catch (BearerTokenExtractor.MalformedException e) {
            challenge(httpExchange, known.challengeMalformed());
            JsonResponses.refusedUnread(httpExchange, HttpStatus.BAD_REQUEST_400, String.valueOf(e.getMessage()));
        }
    }

    private void admit(
            Authenticator known, TokenVerdict verdict, HttpExchange httpExchange, Consumer<HttpExchange> handler) {
        if (verdict instanceof TokenVerdict.Known good) {
            inTurn(by(good.caller(), httpExchange), handler);
        } else if (verdict instanceof TokenVerdict.Unavailable cannot) {
            if (countsFailure(httpExchange, cannot.why())) {
                later(
                        httpExchange,
                        HttpStatus.SERVICE_UNAVAILABLE_503,
                        RETRY_LOGIN,
                        "tokens cannot be checked at the moment, so none is accepted; the server's health says why");
            }
        } else if (verdict instanceof TokenVerdict.Refused bad && countsFailure(httpExchange, bad.why())) {
            challenge(httpExchange, known.challengeInvalidToken());
            JsonResponses.refusedUnread(
                    httpExchange,
                    HttpStatus.UNAUTHORIZED_401,
                    "the token is not, or no longer, good here; get another one");
        }
    }

    /** False when there were too many and the exchange is answered with that. */
    boolean countsFailure(HttpExchange httpExchange, String why) {
        String address = Request.getRemoteAddr(httpExchange.request());
        Duration wait = failures.take(address);
        if (wait.isZero()) {
            LOG.info("a token or signature was not accepted address={} reason={}", address, why);
            return true;
        }
        later(
                httpExchange,
                HttpStatus.TOO_MANY_REQUESTS_429,
                wait,
                "more than " + limits.maxFailedAuthPerMinute() + " tokens or signatures in a minute were not good");
        return false;
    }

    private void inTurn(HttpExchange httpExchange, Consumer<HttpExchange> handler) {
        Caller caller = httpExchange.caller();
        Duration wait = requests.take(caller.name());
        if (httpExchange.urgent()) {
            handOn(httpExchange, handler);
        } else if (!wait.isZero()) {
            later(
                    httpExchange,
                    HttpStatus.TOO_MANY_REQUESTS_429,
                    wait,
                    caller.name() + " may send " + limits.maxRequestsPerSecondPerCaller() + " requests a second");
        } else if (!semaphore.take(caller.name())) {
            later(
                    httpExchange,
                    HttpStatus.TOO_MANY_REQUESTS_429,
                    JsonResponses.SOON,
                    caller.name() + " has " + limits.maxConcurrentRequestsPerCaller()
                            + " requests running, as many as one caller may; nothing was done");
        } else {
            try {
                handOn(httpExchange, handler);
            } finally {
                semaphore.giveBack(caller.name());
            }
        }
    }

    private void handOn(HttpExchange httpExchange, Consumer<HttpExchange> handler) {
        if (httpExchange.caller().roles().isEmpty()) {
            refuseFor(CallerRole.VIEWER, httpExchange, "everything here");
        } else {
            handler.accept(httpExchange);
        }
    }

    private static void later(HttpExchange httpExchange, int status, Duration wait, String why) {
        RequestBodyReader.discard(httpExchange);
        JsonResponses.later(httpExchange, status, wait, why);
    }

    static void challenge(HttpExchange httpExchange, String header) {
        httpExchange.response().getHeaders().put(HttpHeader.WWW_AUTHENTICATE, header);
    }
}

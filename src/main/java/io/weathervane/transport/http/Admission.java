package io.weathervane.transport.http;

import io.weathervane.auth.Authentication;
import io.weathervane.auth.BearerToken;
import io.weathervane.auth.RateLimit;
import io.weathervane.auth.Slots;
import io.weathervane.auth.Verdict;
import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.mcp.McpDispatcher;
import io.weathervane.mcp.McpRequest;
import io.weathervane.peer.Peer;
import io.weathervane.tool.Caller;
import io.weathervane.tool.Role;
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
final class Admission {
    private static final Logger LOG = LoggerFactory.getLogger("Admission");

    /** Requests beside all others for what makes the system safer. */
    private static final int RESERVED = 16;

    private static final Duration RETRY_LOGIN = Duration.ofSeconds(5);

    /** What a caller may send at once, after a pause, in the measure of its seconds. */
    private static final int BURST_SECONDS = 2;

    private final Optional<Authentication> authentication;
    private final ConnectionPeers peers;
    private final boolean trustLoopback;
    private final HttpLimits limits;
    private final AtomicInteger running = new AtomicInteger();
    private final Slots slots;
    private final RateLimit requests;
    private final RateLimit failures;

    /** @param peers knows the processes at the other end of connections */
    Admission(HttpAccess access, ConnectionPeers peers, Ticker ticker) {
        this.authentication = access.authentication();
        this.trustLoopback = access.trustLoopback();
        this.peers = peers;
        this.limits = access.limits();
        this.slots = new Slots(limits.maxConcurrentRequestsPerCaller());
        int each = limits.maxRequestsPerSecondPerCaller();
        this.requests = new RateLimit(each, Duration.ofSeconds(1), BURST_SECONDS * each, ticker);
        int failed = limits.maxFailedAuthPerMinute();
        this.failures = new RateLimit(failed, Duration.ofMinutes(1), failed, ticker);
    }

    /** Lets the turn through, with its caller, or answers it. */
    void admit(Turn turn, Consumer<Turn> handler) {
        try {
            int most = limits.maxConcurrentRequests() + (turn.urgent() ? RESERVED : 0);
            if (running.incrementAndGet() > most) {
                later(
                        turn,
                        HttpStatus.SERVICE_UNAVAILABLE_503,
                        HttpReply.SOON,
                        "the server works on " + limits.maxConcurrentRequests()
                                + " requests already; nothing was done");
            } else {
                admit(peers.of(turn.request()), turn, handler);
            }
        } finally {
            running.decrementAndGet();
        }
    }

    /** Without tokens a caller is who holds the connection; a process of our own is refused with a token, too. */
    private void admit(Peer peer, Turn turn, Consumer<Turn> handler) {
        if (peer.kind() == Peer.Kind.DESCENDANT) {
            LOG.warn("refused a process that this server started: it must not operate it user={}", peer.user());
            HttpReply.refusedUnread(
                    turn,
                    HttpStatus.FORBIDDEN_403,
                    "a process that this server started (a worker, build or test) must not call it");
        } else if (authentication.isPresent()) {
            admit(authentication.get(), turn, handler);
        } else {
            handler.accept(turn.by(LoopbackCallers.of(peer, turn.headers(), trustLoopback)));
        }
    }

    /** Whether the caller of an answer that is still open would be let in now as who it was then. */
    boolean stillAdmits(Turn turn) {
        try {
            return authentication.isEmpty()
                    || BearerToken.in(turn.headers().getValuesList(HttpHeader.AUTHORIZATION))
                            .map(authentication.get()::check)
                            .filter(verdict -> verdict instanceof Verdict.Known good
                                    && good.caller().equals(turn.caller()))
                            .isPresent();
        } catch (BearerToken.MalformedException e) {
            return false;
        }
    }

    /** Whether letting this turn through, or not, may take time: credentials or users may have to be looked up. */
    boolean mayWait(Turn turn) {
        return authentication.isPresent() || !peers.knows(turn.request());
    }

    /** Whether its body may be read before anybody knows whose it is. */
    boolean mayReadFirst(Request request) {
        return authentication.isEmpty() || request.getHeaders().contains(HttpHeader.AUTHORIZATION);
    }

    /** Whether the request shows no credentials where they are needed. */
    boolean isAnonymous(Turn turn) {
        return authentication.isPresent() && !turn.headers().contains(HttpHeader.AUTHORIZATION);
    }

    /** Counts so many requests more that the turn has; how long to wait when they are too many. */
    Duration countMore(Turn turn, int more) {
        Duration wait = Duration.ZERO;
        for (int one = 0; one < more && wait.isZero() && authentication.isPresent(); one++) {
            wait = requests.take(turn.caller().name());
        }
        return wait;
    }

    /** Whether the turn's caller may have one request more running at the same time; it is to be given back. */
    boolean hasAnotherPlace(Turn turn) {
        if (running.incrementAndGet() > limits.maxConcurrentRequests()) {
            running.decrementAndGet();
            return false;
        }
        if (authentication.isPresent() && !slots.take(turn.caller().name())) {
            running.decrementAndGet();
            return false;
        }
        return true;
    }

    void giveBackPlace(Turn turn) {
        if (authentication.isPresent()) {
            slots.giveBack(turn.caller().name());
        }
        running.decrementAndGet();
    }

    /** The role that the turn's caller lacks for the request. */
    static Optional<Role> roleMissing(Turn turn, McpRequest request, McpDispatcher dispatcher) {
        return turn.caller().hasAll() ? Optional.empty() : dispatcher.roleMissing(request, turn.caller());
    }

    /**
     * Refuses one request of several, whose answers have one status.
     *
     * @throws JsonRpcException when the turn's caller lacks the role for it
     */
    void refuseUnlessAllowed(Turn turn, McpRequest request, McpDispatcher dispatcher) {
        Optional<Role> missing = roleMissing(turn, request, dispatcher);
        if (missing.isPresent()) {
            throw lacking(missing.get(), turn, whatIsAsked(request));
        }
    }

    private static String whatIsAsked(McpRequest request) {
        String tool = request.params().path("name").asString("");
        return tool.isEmpty() ? request.method() : tool;
    }

    /** Answers a caller that lacks the role for what it asked. */
    void refuseFor(Role needed, Turn turn, String what) {
        authentication.ifPresent(known -> challenge(turn, known.challengeScope(needed)));
        HttpBody.discard(turn);
        HttpReply.message(
                turn, HttpStatus.FORBIDDEN_403, lacking(needed, turn, what).toFailure(null));
    }

    /** The same for a request, whose id is said back. */
    void refuseFor(Role needed, Turn turn, McpRequest request) {
        authentication.ifPresent(known -> challenge(turn, known.challengeScope(needed)));
        JsonRpcException error = lacking(needed, turn, whatIsAsked(request));
        HttpReply.message(
                turn,
                HttpStatus.FORBIDDEN_403,
                error.toFailure(request.request().id()));
    }

    private static JsonRpcException lacking(Role needed, Turn turn, String what) {
        String who = turn.caller().name();
        String unknown = turn.caller().isAnonymous()
                ? ". The system does not tell which user this connection is of (or a proxy passes it on): use"
                        + " scripts/weathervane call, a token (server.auth), or server.trustLoopback"
                : "";
        return new JsonRpcException(
                ErrorCode.INVALID_REQUEST,
                "Refused: " + what + " needs the role " + needed.wireName() + ", which " + who + " does not have"
                        + unknown);
    }

    private void admit(Authentication known, Turn turn, Consumer<Turn> handler) {
        try {
            Optional<String> token = BearerToken.in(turn.headers().getValuesList(HttpHeader.AUTHORIZATION));
            if (token.isEmpty()) {
                challenge(turn, known.challenge());
                HttpReply.refusedUnread(
                        turn, HttpStatus.UNAUTHORIZED_401, "a token is needed: Authorization: Bearer ...");
            } else {
                admit(known, known.check(token.get()), turn, handler);
            }
        } catch (BearerToken.MalformedException e) {
            challenge(turn, known.challengeMalformed());
            HttpReply.refusedUnread(turn, HttpStatus.BAD_REQUEST_400, String.valueOf(e.getMessage()));
        }
    }

    private void admit(Authentication known, Verdict verdict, Turn turn, Consumer<Turn> handler) {
        if (verdict instanceof Verdict.Known good) {
            inTurn(turn.by(good.caller()), handler);
        } else if (verdict instanceof Verdict.Unknowable cannot) {
            if (countsFailure(turn, cannot.why())) {
                later(
                        turn,
                        HttpStatus.SERVICE_UNAVAILABLE_503,
                        RETRY_LOGIN,
                        "tokens cannot be checked at the moment, so none is accepted; the server's health says why");
            }
        } else if (verdict instanceof Verdict.Refused bad && countsFailure(turn, bad.why())) {
            challenge(turn, known.challengeInvalidToken());
            HttpReply.refusedUnread(
                    turn, HttpStatus.UNAUTHORIZED_401, "the token is not, or no longer, good here; get another one");
        }
    }

    /** False when there were too many and the turn is answered with that. */
    private boolean countsFailure(Turn turn, String why) {
        String address = Request.getRemoteAddr(turn.request());
        Duration wait = failures.take(address);
        if (wait.isZero()) {
            LOG.info("a token was not accepted address={} reason={}", address, why);
            return true;
        }
        later(
                turn,
                HttpStatus.TOO_MANY_REQUESTS_429,
                wait,
                "more than " + limits.maxFailedAuthPerMinute() + " tokens in a minute were not good");
        return false;
    }

    private void inTurn(Turn turn, Consumer<Turn> handler) {
        Caller caller = turn.caller();
        Duration wait = requests.take(caller.name());
        if (turn.urgent()) {
            handOn(turn, handler);
        } else if (!wait.isZero()) {
            later(
                    turn,
                    HttpStatus.TOO_MANY_REQUESTS_429,
                    wait,
                    caller.name() + " may send " + limits.maxRequestsPerSecondPerCaller() + " requests a second");
        } else if (!slots.take(caller.name())) {
            later(
                    turn,
                    HttpStatus.TOO_MANY_REQUESTS_429,
                    HttpReply.SOON,
                    caller.name() + " has " + limits.maxConcurrentRequestsPerCaller()
                            + " requests running, as many as one caller may; nothing was done");
        } else {
            try {
                handOn(turn, handler);
            } finally {
                slots.giveBack(caller.name());
            }
        }
    }

    private void handOn(Turn turn, Consumer<Turn> handler) {
        if (turn.caller().roles().isEmpty()) {
            refuseFor(Role.VIEWER, turn, "everything here");
        } else {
            handler.accept(turn);
        }
    }

    private static void later(Turn turn, int status, Duration wait, String why) {
        HttpBody.discard(turn);
        HttpReply.later(turn, status, wait, why);
    }

    private static void challenge(Turn turn, String header) {
        turn.response().getHeaders().put(HttpHeader.WWW_AUTHENTICATE, header);
    }
}

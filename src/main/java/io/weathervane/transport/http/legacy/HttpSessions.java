package io.weathervane.transport.http.legacy;

import io.weathervane.mcp.McpDispatcher;
import io.weathervane.tool.Caller;
import io.weathervane.transport.http.HttpExchange;
import io.weathervane.transport.http.JsonResponses;
import io.weathervane.util.Ticker;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.http.HttpStatus;

/**
 * The sessions of legacy clients: made at {@code initialize}, ended by the client, by age, or by too many others.
 * To any other caller than the one that opened it, a session is unknown.
 */
final class HttpSessions implements AutoCloseable {
    private static final int ID_BYTES = 16;

    private final McpDispatcher dispatcher;
    private final int limit;
    private final long idleNanos;
    private final Ticker ticker;
    private final ReplayBudget budget = new ReplayBudget();
    private final SecureRandom random = new SecureRandom();
    private final ReentrantLock lock = new ReentrantLock();

    /** Least recently used first. */
    private final Map<String, HttpSession> byId = new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true);

    HttpSessions(McpDispatcher dispatcher, int limit, Duration idle, Ticker ticker) {
        this.dispatcher = dispatcher;
        this.limit = limit;
        this.idleNanos = idle.toNanos();
        this.ticker = ticker;
    }

    /** A session for a client that is being initialized; its id, 128 random bits, is unknown before {@link #add}. */
    HttpSession begin(Caller caller) {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        String id = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        return new HttpSession(id, caller.name(), dispatcher, budget);
    }

    /** The client may use the session from now on. */
    void add(HttpSession session) {
        List<HttpSession> dropped;
        session.used(ticker.nanos());
        lock.lock();
        try {
            byId.put(session.id(), session);
            dropped = removeSurplus();
        } finally {
            lock.unlock();
        }
        dropped.forEach(HttpSession::close);
    }

    Optional<HttpSession> find(String id, Caller caller) {
        long now = ticker.nanos();
        lock.lock();
        try {
            HttpSession session = byId.get(id);
            if (session == null || !session.belongsTo(caller.name()) || session.isIdleFor(idleNanos, now)) {
                return Optional.empty();
            }
            session.used(now);
            return Optional.of(session);
        } finally {
            lock.unlock();
        }
    }

    static void refuseUnknown(HttpExchange httpExchange) {
        JsonResponses.refused(
                httpExchange,
                HttpStatus.NOT_FOUND_404,
                "the session is unknown or has ended; begin again with initialize");
    }

    /** Ends the session; returns false when the caller has none with this id. */
    boolean end(String id, Caller caller) {
        Optional<HttpSession> session = find(id, caller);
        session.ifPresent(present -> {
            lock.lock();
            try {
                byId.remove(id);
            } finally {
                lock.unlock();
            }
            present.close();
        });
        return session.isPresent();
    }

    /** Ends those that were not used for too long. */
    void dropIdle() {
        List<HttpSession> dropped = new ArrayList<>();
        long now = ticker.nanos();
        lock.lock();
        try {
            byId.values().removeIf(session -> session.isIdleFor(idleNanos, now) && dropped.add(session));
        } finally {
            lock.unlock();
        }
        dropped.forEach(HttpSession::close);
    }

    /** Ends the streams that belong to no request. */
    void endStandalone() {
        all().forEach(HttpSession::endStandalone);
    }

    @Override
    public void close() {
        all().forEach(HttpSession::close);
    }

    private List<HttpSession> all() {
        lock.lock();
        try {
            return new ArrayList<>(byId.values());
        } finally {
            lock.unlock();
        }
    }

    /** Those unused for longest, before any that is in use. */
    private List<HttpSession> removeSurplus() {
        List<HttpSession> surplus = new ArrayList<>();
        if (byId.size() <= limit) {
            return surplus;
        }
        Iterator<HttpSession> oldest = byId.values().iterator();
        while (byId.size() > limit && oldest.hasNext()) {
            HttpSession session = oldest.next();
            if (!session.isInUse()) {
                oldest.remove();
                surplus.add(session);
            }
        }
        oldest = byId.values().iterator();
        while (byId.size() > limit) {
            surplus.add(oldest.next());
            oldest.remove();
        }
        return surplus;
    }
}

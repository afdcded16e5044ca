package io.weathervane.transport.http;

import io.weathervane.mcp.RunningCalls;
import io.weathervane.tool.Caller;
import io.weathervane.util.Ticker;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The sessions of legacy clients: made at {@code initialize}, ended by the client, by age, or by too many others.
 * To any other caller than the one that opened it, a session is unknown.
 */
final class HttpSessions {
    static final String HEADER = "Mcp-Session-Id";

    private static final int ID_BYTES = 16;

    private final int limit;
    private final long idleNanos;
    private final Ticker ticker;
    private final SecureRandom random = new SecureRandom();
    private final ReentrantLock lock = new ReentrantLock();

    /** Least recently used first. */
    private final Map<String, HttpSession> byId = new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true);

    HttpSessions(int limit, Duration idle, Ticker ticker) {
        this.limit = limit;
        this.idleNanos = idle.toNanos();
        this.ticker = ticker;
    }

    /** One client's session. */
    static final class HttpSession {
        private final RunningCalls calls = new RunningCalls();
        private final String owner;
        private long usedAt;

        HttpSession(String owner) {
            this.owner = owner;
        }

        RunningCalls calls() {
            return calls;
        }
    }

    /** Makes a session and returns its id: 128 random bits in visible ASCII. */
    String open(Caller caller) {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        String id = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        HttpSession session = new HttpSession(caller.name());
        lock.lock();
        try {
            session.usedAt = ticker.nanos();
            byId.put(id, session);
            dropOldest();
        } finally {
            lock.unlock();
        }
        return id;
    }

    Optional<HttpSession> find(String id, Caller caller) {
        lock.lock();
        try {
            HttpSession session = byId.get(id);
            if (session == null || isExpired(session)) {
                byId.remove(id);
                return Optional.empty();
            }
            if (!session.owner.equals(caller.name())) {
                return Optional.empty();
            }
            session.usedAt = ticker.nanos();
            return Optional.of(session);
        } finally {
            lock.unlock();
        }
    }

    /** Ends the session and cancels its calls; returns false when there is none with this id. */
    boolean end(String id, Caller caller) {
        Optional<HttpSession> session = find(id, caller);
        session.ifPresent(present -> {
            lock.lock();
            try {
                byId.remove(id);
            } finally {
                lock.unlock();
            }
            present.calls.cancelAll();
        });
        return session.isPresent();
    }

    private void dropOldest() {
        Iterator<HttpSession> oldest = byId.values().iterator();
        while (oldest.hasNext()) {
            HttpSession session = oldest.next();
            if (byId.size() <= limit && !isExpired(session)) {
                return;
            }
            oldest.remove();
        }
    }

    private boolean isExpired(HttpSession session) {
        return ticker.nanos() - session.usedAt > idleNanos;
    }
}

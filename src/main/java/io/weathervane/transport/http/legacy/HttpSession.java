package io.weathervane.transport.http.legacy;

import io.weathervane.mcp.ClientSession;
import io.weathervane.mcp.McpDispatcher;
import io.weathervane.transport.http.EventStream;
import io.weathervane.transport.http.MessageSink;
import io.weathervane.transport.http.ResumableStreams;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One legacy client's session: what the core knows of the client, and its streams. Stream 0 is the one that belongs
 * to no request, and is there from the start: what is sent on it before the client opens it waits, each message
 * once.
 */
final class HttpSession implements ResumableStreams, AutoCloseable {
    /** Most streams that have ended and are kept for a client that may not have got their answer. */
    private static final int ENDED_STREAMS_MAX = 4;

    /** The first version whose clients understand an event without a message in it. */
    private static final String PRIMING_SINCE = "2025-11-25";

    private static final Pattern EVENT_ID = Pattern.compile("(\\d{1,18})-(\\d{1,18})");

    private final String id;
    private final String owner;
    private final ClientSession client;
    private final ReplayBudget budget;
    private final SessionStream standalone;
    private final AtomicLong streamCount = new AtomicLong();
    private final AtomicInteger inUse = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Long, SessionStream> byNumber = new LinkedHashMap<>();
    private boolean closed;
    private volatile String version = "";
    private volatile long usedAt;

    HttpSession(String id, String owner, McpDispatcher dispatcher, ReplayBudget budget) {
        this.id = id;
        this.owner = owner;
        this.budget = budget;
        this.standalone = new SessionStream(0, /* coalescing= */ true, budget);
        this.client = dispatcher.openSession(standalone::send);
    }

    String id() {
        return id;
    }

    boolean belongsTo(String caller) {
        return owner.equals(caller);
    }

    ClientSession client() {
        return client;
    }

    /** The version that {@code initialize} negotiated. */
    void negotiated(String negotiated) {
        version = negotiated;
    }

    @Override
    public boolean primes() {
        return version.compareTo(PRIMING_SINCE) >= 0;
    }

    /** A request or a stream of the client begins; the session does not age until it has ended. */
    void enter() {
        inUse.incrementAndGet();
    }

    void leave(long now) {
        usedAt = now;
        inUse.decrementAndGet();
    }

    void used(long now) {
        usedAt = now;
    }

    boolean isIdleFor(long nanos, long now) {
        return inUse.get() == 0 && now - usedAt > nanos;
    }

    boolean isInUse() {
        return inUse.get() > 0;
    }

    SessionStream standalone() {
        return standalone;
    }

    @Override
    public MessageSink begin(EventStream connection) {
        SessionStream stream = newStream();
        stream.connect(connection, primes());
        return stream;
    }

    SessionStream newStream() {
        SessionStream stream = new SessionStream(streamCount.incrementAndGet(), /* coalescing= */ false, budget);
        List<SessionStream> surplus;
        lock.lock();
        try {
            if (closed) {
                stream.cut();
                return stream;
            }
            byNumber.put(stream.number(), stream);
            surplus = removeSurplus();
        } finally {
            lock.unlock();
        }
        surplus.forEach(SessionStream::forget);
        return stream;
    }

    /** Position at which a returning client was, if that is still known. */
    record Position(SessionStream stream, long event) {}

    Optional<Position> position(String lastEventId) {
        Matcher matcher = EVENT_ID.matcher(lastEventId.trim());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long number = Long.parseLong(matcher.group(1));
        long event = Long.parseLong(matcher.group(2));
        lock.lock();
        try {
            SessionStream stream = number == 0 ? standalone : byNumber.get(number);
            return Optional.ofNullable(stream).map(found -> new Position(found, event));
        } finally {
            lock.unlock();
        }
    }

    private List<SessionStream> removeSurplus() {
        List<SessionStream> ended =
                byNumber.values().stream().filter(SessionStream::isOver).toList();
        List<SessionStream> surplus = ended.subList(0, Math.max(0, ended.size() - ENDED_STREAMS_MAX));
        surplus.forEach(stream -> byNumber.remove(stream.number()));
        return surplus;
    }

    /** Ends the stream that belongs to no request. */
    void endStandalone() {
        standalone.cut();
    }

    /** Cancels the session's calls and ends its streams. */
    @Override
    public void close() {
        List<SessionStream> streams;
        lock.lock();
        try {
            closed = true;
            streams = new ArrayList<>(byNumber.values());
            byNumber.clear();
        } finally {
            lock.unlock();
        }
        client.close();
        streams.add(standalone);
        streams.forEach(SessionStream::cut);
        streams.forEach(SessionStream::forget);
    }
}

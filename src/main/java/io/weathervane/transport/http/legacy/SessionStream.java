package io.weathervane.transport.http.legacy;

import io.weathervane.transport.http.EventStream;
import io.weathervane.transport.http.MessageSink;
import io.weathervane.transport.http.SseFormat;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One stream of a legacy session. It outlives its connection: events are numbered and the newest are kept, so that
 * a client that was cut off, or told to come back, gets what it missed (MCP 2025-11-25 basic/transports,
 * resumability and redelivery).
 */
final class SessionStream implements MessageSink {
    /** Most events kept of one stream. */
    private static final int EVENTS_MAX = 256;

    /** Most bytes kept of one stream, but for a newest event that is larger alone: 256 KiB. */
    private static final int BYTES_MAX = 256 * 1024;

    private final long number;
    private final boolean coalescing;
    private final ReplayBudget budget;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Event> kept = new ArrayDeque<>();
    private int keptBytes;
    private long last;
    private long written;
    private @Nullable EventStream connection;
    private volatile boolean over;

    private static final class Event {
        private final long number;
        private final byte[] json;

        Event(long number, byte[] json) {
            this.number = number;
            this.json = json;
        }
    }

    /**
     * @param number unique in its session
     * @param coalescing whether a message that waits for a connection is not kept a second time
     */
    SessionStream(long number, boolean coalescing, ReplayBudget budget) {
        this.number = number;
        this.coalescing = coalescing;
        this.budget = budget;
    }

    long number() {
        return number;
    }

    boolean isOver() {
        return over;
    }

    @Override
    public void send(byte[] json) {
        lock.lock();
        try {
            if (!over && !(coalescing && isWaiting(json))) {
                deliver(keep(json));
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void finish(byte[] json) {
        lock.lock();
        try {
            if (over) {
                return;
            }
            over = true;
            Event event = keep(json);
            EventStream open = connection;
            if (open != null) {
                connection = null;
                open.endWith(SseFormat.event(id(event.number), event.json));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends the stream without a last message. */
    @Override
    public void cut() {
        lock.lock();
        try {
            over = true;
            disconnect();
        } finally {
            lock.unlock();
        }
    }

    /** The stream goes on, and its client comes back for the rest. */
    @Override
    public void disconnect() {
        lock.lock();
        try {
            EventStream open = connection;
            connection = null;
            if (open != null) {
                open.cut();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Goes on with what no connection has had yet. */
    void connect(EventStream next, boolean prime) {
        lock.lock();
        try {
            connect(next, written, prime);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Goes on after the event of this number, on a connection that takes the place of any other.
     *
     * @param prime whether the client understands an event that only tells it where it is
     */
    void connect(EventStream next, long after, boolean prime) {
        next.whenOver(() -> gone(next));
        lock.lock();
        try {
            disconnect();
            connection = next;
            if (!replayed(after)) {
                next.write(prime ? SseFormat.priming(id(++last)) : SseFormat.COMMENT);
            }
            if (over) {
                connection = null;
                next.end();
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean replayed(long after) {
        boolean any = false;
        for (Event event : kept) {
            if (event.number > after) {
                deliver(event);
                any = true;
            }
        }
        return any;
    }

    /** Forgets what was kept for a client that may come back. */
    void forget() {
        lock.lock();
        try {
            over = true;
            kept.clear();
            budget.give(keptBytes);
            keptBytes = 0;
        } finally {
            lock.unlock();
        }
    }

    private void deliver(Event event) {
        EventStream open = connection;
        if (open != null && open.write(SseFormat.event(id(event.number), event.json))) {
            written = Math.max(written, event.number);
        }
    }

    private void gone(EventStream stream) {
        lock.lock();
        try {
            if (connection == stream) {
                connection = null;
            }
        } finally {
            lock.unlock();
        }
    }

    private Event keep(byte[] json) {
        Event event = new Event(++last, json);
        while (!kept.isEmpty() && (kept.size() >= EVENTS_MAX || keptBytes + json.length > BYTES_MAX)) {
            Event oldest = kept.remove();
            keptBytes -= oldest.json.length;
            budget.give(oldest.json.length);
        }
        if (budget.take(json.length)) {
            kept.add(event);
            keptBytes += json.length;
        }
        return event;
    }

    private boolean isWaiting(byte[] json) {
        for (Iterator<Event> newest = kept.descendingIterator(); newest.hasNext(); ) {
            Event event = newest.next();
            if (event.number <= written) {
                return false;
            }
            if (Arrays.equals(event.json, json)) {
                return true;
            }
        }
        return false;
    }

    private String id(long event) {
        return number + "-" + event;
    }
}

package io.weathervane.transport.http;

import io.weathervane.util.Ticker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP response that is an event stream, until it is ended or its client is gone. A write waits for a client
 * that reads slowly; one that reads nothing for the connection's idle time counts as gone.
 */
public final class EventStream implements MessageSink, KeepAliveTarget {
    private static final Logger log = LoggerFactory.getLogger(EventStream.class);

    private static final PreEncodedHttpField EVENTS =
            new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "text/event-stream");
    private static final PreEncodedHttpField NO_CACHE = new PreEncodedHttpField(HttpHeader.CACHE_CONTROL, "no-cache");

    /** Tells nginx and its like to pass events on as they come. */
    private static final PreEncodedHttpField NO_BUFFERING = new PreEncodedHttpField("X-Accel-Buffering", "no");

    private final HttpExchange httpExchange;
    private final Ticker ticker;
    private final Predicate<HttpExchange> admitted;
    private final ReentrantLock writing = new ReentrantLock();
    private final ClientPresence client;
    private volatile long writtenAt;
    private volatile long admittedAt;
    private volatile boolean over;
    private volatile Runnable onOver = () -> {};

    /**
     * Nothing goes to the client before the first write.
     *
     * @param admitted whether the exchange's caller would be let in now; asked before something is sent, but not twice in a
     *     short time
     */
    EventStream(HttpExchange httpExchange, Ticker ticker, Predicate<HttpExchange> admitted) {
        this.httpExchange = httpExchange;
        this.client = new ClientPresence(httpExchange);
        this.ticker = ticker;
        this.admitted = admitted;
        this.writtenAt = ticker.nanos();
        this.admittedAt = writtenAt - EventStreamRegistry.SLOW_NANOS - 1;
        Response response = httpExchange.response();
        response.setStatus(HttpStatus.OK_200);
        response.getHeaders().put(EVENTS);
        response.getHeaders().put(NO_CACHE);
        response.getHeaders().put(NO_BUFFERING);
    }

    /** Runs the action once the stream is ended or its client found gone; at once when it is so already. */
    public void whenOver(Runnable action) {
        writing.lock();
        try {
            if (!over) {
                Runnable before = onOver;
                onOver = () -> {
                    before.run();
                    action.run();
                };
                return;
            }
        } finally {
            writing.unlock();
        }
        action.run();
    }

    @Override
    public void send(byte[] json) {
        write(SseFormat.event(json));
    }

    @Override
    public void finish(byte[] json) {
        endWith(SseFormat.event(json));
    }

    /** Returns false when the client is gone, or is not to have it. */
    public boolean write(byte[] event) {
        if (!admitOrRefuse()) {
            return false;
        }
        boolean gone;
        writing.lock();
        try {
            if (over) {
                return false;
            }
            gone = !tryWrite(event);
        } finally {
            writing.unlock();
        }
        if (gone) {
            onOver.run();
        }
        return !gone;
    }

    public void endWith(byte[] event) {
        if (admitOrRefuse()) {
            end(ByteBuffer.wrap(event), httpExchange.callback());
        }
    }

    public void end() {
        end(BufferUtil.EMPTY_BUFFER, httpExchange.callback());
    }

    @Override
    public void cut() {
        end(BufferUtil.EMPTY_BUFFER, closing());
    }

    private Callback closing() {
        EndPoint connection = client.connection();
        return Callback.from(httpExchange.callback(), () -> connection.close());
    }

    private void end(ByteBuffer last, Callback then) {
        writing.lock();
        try {
            if (over) {
                return;
            }
            over = true;
            httpExchange.response().write(true, last, client.hasSentMore() ? closing() : then);
        } finally {
            writing.unlock();
        }
        onOver.run();
    }

    /** Sends a comment when the stream was silent for so long: keeps proxies calm, and finds a client gone. */
    @Override
    public void keepAlive(long silentNanos) {
        if (!over && ticker.nanos() - writtenAt >= silentNanos && !writing.isLocked()) {
            write(SseFormat.COMMENT);
        }
    }

    /** Ends the stream when its caller is not admitted any more, or its client has closed the connection. */
    void look(Predicate<HttpExchange> stillAdmitted) {
        if (!stillAdmitted.test(httpExchange)) {
            refuse();
        } else if (isClosedByClient()) {
            onOver.run();
        }
    }

    /** Looked at again before each event, because the look in passing comes too late for one that is sent meanwhile. */
    private boolean admitOrRefuse() {
        long now = ticker.nanos();
        if (now - admittedAt <= EventStreamRegistry.SLOW_NANOS) {
            return true;
        }
        if (over || !admitted.test(httpExchange)) {
            refuse();
            return false;
        }
        admittedAt = now;
        return true;
    }

    private void refuse() {
        if (!over) {
            log.info(
                    "An event stream was ended: its token is no longer good. caller={}",
                    httpExchange.caller().name());
            drop();
        }
    }

    /** A write that waits for the client holds the lock; it fails when the connection goes. */
    private void drop() {
        if (writing.isLocked()) {
            client.connection().close();
        } else {
            cut();
        }
    }

    private boolean isClosedByClient() {
        if (!writing.tryLock()) {
            return false;
        }
        try {
            boolean ended = !over && client.hasEnded();
            over |= ended;
            return ended;
        } finally {
            writing.unlock();
        }
    }

    private boolean tryWrite(byte[] event) {
        try {
            Content.Sink.write(httpExchange.response(), false, ByteBuffer.wrap(event));
            writtenAt = ticker.nanos();
            return true;
        } catch (IOException e) {
            over = true;
            log.debug("A client of an event stream went away", e);
            httpExchange.callback().failed(e);
            return false;
        }
    }
}

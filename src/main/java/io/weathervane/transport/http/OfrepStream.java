package io.weathervane.transport.http;

import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.jspecify.annotations.Nullable;

/**
 * One open event stream of a reader. A write never waits: while one is under way only the newest event is kept, because
 * each event says the same, fetch again. So a client that reads nothing costs one buffer and holds up no other.
 */
final class OfrepStream {
    private static final PreEncodedHttpField EVENTS =
            new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "text/event-stream");
    private static final PreEncodedHttpField NO_STORE = new PreEncodedHttpField(HttpHeader.CACHE_CONTROL, "no-store");
    private static final PreEncodedHttpField CLOSE = new PreEncodedHttpField(HttpHeader.CONNECTION, "close");

    /** Tells nginx and its like to pass events on as they come. */
    private static final PreEncodedHttpField NO_BUFFERING = new PreEncodedHttpField("X-Accel-Buffering", "no");

    private static final String ENDED = "the stream was ended";

    private final HttpExchange httpExchange;
    private final String reader;
    private final Consumer<OfrepStream> whenOver;
    private final ReentrantLock lock = new ReentrantLock();
    private final Callback written = Callback.from(InvocationType.NON_BLOCKING, this::written, this::failed);
    private boolean writing;
    private byte @Nullable [] next;
    private boolean over;

    /**
     * A stream that has sent nothing yet.
     *
     * @param reader its id among the readers
     * @param whenOver told once, when the stream is ended or its client found gone
     */
    OfrepStream(HttpExchange httpExchange, String reader, Consumer<OfrepStream> whenOver) {
        this.httpExchange = httpExchange;
        this.reader = reader;
        this.whenOver = whenOver;
        Response response = httpExchange.response();
        response.setStatus(HttpStatus.OK_200);
        response.getHeaders().put(EVENTS).put(NO_STORE).put(NO_BUFFERING).put(CLOSE);
    }

    String reader() {
        return reader;
    }

    HttpExchange exchange() {
        return httpExchange;
    }

    /** Sends the event as soon as the client takes it; of several that wait, the newest. */
    void offer(byte[] event) {
        lock.lock();
        try {
            if (over) {
                return;
            }
            if (writing) {
                next = event;
                return;
            }
            writing = true;
        } finally {
            lock.unlock();
        }
        write(event);
    }

    /** Sends a comment, unless something is under way already. */
    void keepAlive() {
        lock.lock();
        try {
            if (over || writing) {
                return;
            }
            writing = true;
        } finally {
            lock.unlock();
        }
        write(SseFormat.COMMENT);
    }

    private void write(byte[] bytes) {
        httpExchange.response().write(false, ByteBuffer.wrap(bytes), written);
    }

    private void written() {
        byte[] waiting;
        boolean ended;
        lock.lock();
        try {
            waiting = next;
            next = null;
            ended = over;
            writing = waiting != null;
        } finally {
            lock.unlock();
        }
        if (ended) {
            httpExchange.callback().failed(new EofException(ENDED));
        } else if (waiting != null) {
            write(waiting);
        }
    }

    private void failed(Throwable why) {
        boolean first = finish();
        try {
            httpExchange.callback().failed(why);
        } finally {
            if (first) {
                whenOver.accept(this);
            }
        }
    }

    /** Ends the stream; its connection goes with it, also under a write that waits, whose end completes the exchange then. */
    void end() {
        boolean idle;
        lock.lock();
        try {
            if (over) {
                return;
            }
            over = true;
            next = null;
            idle = !writing;
        } finally {
            lock.unlock();
        }
        if (idle) {
            httpExchange.response().write(true, BufferUtil.EMPTY_BUFFER, httpExchange.callback());
        } else {
            httpExchange
                    .request()
                    .getConnectionMetaData()
                    .getConnection()
                    .getEndPoint()
                    .close(new EofException(ENDED));
        }
        whenOver.accept(this);
    }

    private boolean finish() {
        lock.lock();
        try {
            boolean first = !over;
            over = true;
            next = null;
            return first;
        } finally {
            lock.unlock();
        }
    }
}

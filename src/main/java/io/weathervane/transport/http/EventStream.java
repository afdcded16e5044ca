package io.weathervane.transport.http;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.util.Ticker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
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
final class EventStream implements Outflow, Quiet {
    private static final Logger log = LoggerFactory.getLogger(EventStream.class);

    private static final PreEncodedHttpField EVENTS =
            new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "text/event-stream");
    private static final PreEncodedHttpField NO_CACHE = new PreEncodedHttpField(HttpHeader.CACHE_CONTROL, "no-cache");

    /** Tells nginx and its like to pass events on as they come. */
    private static final PreEncodedHttpField NO_BUFFERING = new PreEncodedHttpField("X-Accel-Buffering", "no");

    private final Turn turn;
    private final Ticker ticker;
    private final ReentrantLock writing = new ReentrantLock();
    private volatile long writtenAt;
    private volatile boolean over;
    private volatile Runnable onOver = () -> {};

    /** Nothing goes to the client before the first write. */
    EventStream(Turn turn, Ticker ticker) {
        this.turn = turn;
        this.ticker = ticker;
        this.writtenAt = ticker.nanos();
        Response response = turn.response();
        response.setStatus(HttpStatus.OK_200);
        response.getHeaders().put(EVENTS);
        response.getHeaders().put(NO_CACHE);
        response.getHeaders().put(NO_BUFFERING);
    }

    /** Runs the action once the stream is ended or its client found gone; at once when it is so already. */
    void whenOver(Runnable action) {
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
    public void send(JsonRpcMessage message) {
        write(EventFormat.event(JsonRpcCodec.write(message)));
    }

    @Override
    public void finish(JsonRpcMessage message) {
        endWith(EventFormat.event(JsonRpcCodec.write(message)));
    }

    /** Returns false when the client is gone. */
    boolean write(byte[] event) {
        boolean gone;
        writing.lock();
        try {
            if (over) {
                return false;
            }
            gone = !isWritten(event);
        } finally {
            writing.unlock();
        }
        if (gone) {
            onOver.run();
        }
        return !gone;
    }

    void endWith(byte[] event) {
        end(ByteBuffer.wrap(event), turn.callback());
    }

    void end() {
        end(BufferUtil.EMPTY_BUFFER, turn.callback());
    }

    @Override
    public void cut() {
        EndPoint connection =
                turn.request().getConnectionMetaData().getConnection().getEndPoint();
        end(BufferUtil.EMPTY_BUFFER, Callback.from(turn.callback(), () -> connection.close()));
    }

    private void end(ByteBuffer last, Callback then) {
        writing.lock();
        try {
            if (over) {
                return;
            }
            over = true;
            turn.response().write(true, last, then);
        } finally {
            writing.unlock();
        }
        onOver.run();
    }

    /** Sends a comment when the stream was silent for so long: keeps proxies calm, and finds a client gone. */
    @Override
    public void keepAlive(long silentNanos) {
        if (!over && ticker.nanos() - writtenAt >= silentNanos && !writing.isLocked()) {
            write(EventFormat.COMMENT);
        }
    }

    private boolean isWritten(byte[] event) {
        try {
            Content.Sink.write(turn.response(), false, ByteBuffer.wrap(event));
            writtenAt = ticker.nanos();
            return true;
        } catch (IOException e) {
            over = true;
            log.debug("A client of an event stream went away", e);
            turn.callback().failed(e);
            return false;
        }
    }
}

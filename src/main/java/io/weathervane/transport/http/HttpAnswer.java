package io.weathervane.transport.http;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.mcp.Exchange;
import io.weathervane.mcp.RunningCall;
import io.weathervane.tool.Caller;
import io.weathervane.util.Ticker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The answer to one POST: plain JSON, or, from the first message that comes before the answer, an event
 * stream. A client that goes away ends a modern request and no legacy one.
 */
final class HttpAnswer implements Exchange {
    private static final Logger log = LoggerFactory.getLogger(HttpAnswer.class);

    private static final PreEncodedHttpField EVENTS =
            new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "text/event-stream");
    private static final PreEncodedHttpField NO_CACHE = new PreEncodedHttpField(HttpHeader.CACHE_CONTROL, "no-cache");

    /** Tells nginx and its like to pass events on as they come. */
    private static final PreEncodedHttpField NO_BUFFERING = new PreEncodedHttpField("X-Accel-Buffering", "no");

    private static final byte[] EVENT_BEGIN = "event: message\ndata: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] EVENT_END = "\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] COMMENT = ": still working\n\n".getBytes(StandardCharsets.US_ASCII);

    private final Turn turn;
    private final Response response;
    private final Accepted accepted;
    private final boolean endsWithClient;
    private final EventStreams streams;
    private final Ticker ticker;
    private final Thread handler = Thread.currentThread();

    /** Held while writing; keep-alive comments come from a thread of their own. */
    private final ReentrantLock writing = new ReentrantLock();

    private volatile @Nullable RunningCall call;
    private volatile long writtenAt;
    private @Nullable Supplier<String> sessionOpener;
    private boolean streaming;
    private boolean gone;
    private boolean ended;

    /** @param endsWithClient whether the request is cancelled when its client goes away */
    HttpAnswer(Turn turn, boolean endsWithClient, EventStreams streams, Ticker ticker) {
        this.turn = turn;
        this.response = turn.response();
        this.accepted = Accepted.of(turn.headers());
        this.endsWithClient = endsWithClient;
        this.streams = streams;
        this.ticker = ticker;
    }

    /** Gives the client a session with the answer, if that is a success. */
    void opensSession(Supplier<String> open) {
        this.sessionOpener = open;
    }

    void belongsTo(RunningCall running) {
        this.call = running;
    }

    @Override
    public Caller caller() {
        return turn.caller();
    }

    @Override
    public boolean send(JsonRpcMessage message) {
        if (accepted.events()) {
            locked(() -> {
                beginStream();
                write(event(message));
            });
        }
        return accepted.events();
    }

    @Override
    public void answer(JsonRpcMessage.Response message) {
        locked(() -> {
            ended = true;
            Supplier<String> session = sessionOpener;
            if (session != null && message instanceof JsonRpcMessage.Success) {
                response.getHeaders().put(HttpSessions.HEADER, session.get());
            }
            if (!streaming && accepted.json()) {
                closeUnlessOnHandler();
                HttpReply.message(turn, HttpStatus.OK_200, message);
                return;
            }
            beginStream();
            response.write(true, ByteBuffer.wrap(event(message)), turn.callback());
        });
        streams.remove(this);
    }

    @Override
    public void abandon() {
        locked(() -> {
            ended = true;
            if (streaming) {
                response.write(true, BufferUtil.EMPTY_BUFFER, turn.callback());
            } else {
                closeUnlessOnHandler();
                HttpReply.empty(turn, HttpStatus.ACCEPTED_202);
            }
        });
        streams.remove(this);
    }

    /** Sends a comment when the stream was silent for so long: keeps proxies calm, and finds a client gone. */
    void keepAlive(long silentNanos) {
        locked(() -> {
            if (!ended && !gone && ticker.nanos() - writtenAt >= silentNanos) {
                write(COMMENT);
            }
        });
    }

    private void beginStream() {
        if (!streaming) {
            streaming = true;
            response.setStatus(HttpStatus.OK_200);
            response.getHeaders().put(EVENTS);
            response.getHeaders().put(NO_CACHE);
            response.getHeaders().put(NO_BUFFERING);
            closeUnlessOnHandler();
            streams.add(this);
        }
    }

    private void write(byte[] bytes) {
        if (gone) {
            return;
        }
        try {
            Content.Sink.write(response, false, ByteBuffer.wrap(bytes));
            writtenAt = ticker.nanos();
        } catch (IOException e) {
            gone = true;
            log.debug("A client went away during its call", e);
        }
    }

    /** Runs the action alone; a client found gone is acted on after the lock is free. */
    private void locked(Runnable action) {
        boolean wasGone;
        writing.lock();
        try {
            wasGone = gone;
            action.run();
        } finally {
            writing.unlock();
        }
        RunningCall running = call;
        if (!wasGone && gone && endsWithClient && running != null) {
            running.cancel();
        }
    }

    /**
     * A call that was ended by another thread still holds the thread, and with it the connection, of its
     * request: the client must not send its next request there.
     */
    private void closeUnlessOnHandler() {
        if (Thread.currentThread() != handler) {
            HttpReply.closeAfter(turn);
        }
    }

    /** One message, whole, on one data line. */
    private static byte[] event(JsonRpcMessage message) {
        byte[] json = JsonRpcCodec.write(message);
        return ByteBuffer.allocate(EVENT_BEGIN.length + json.length + EVENT_END.length)
                .put(EVENT_BEGIN)
                .put(json)
                .put(EVENT_END)
                .array();
    }
}

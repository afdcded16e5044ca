package io.weathervane.transport.http;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.jsonrpc.ReservedMcpMethods;
import io.weathervane.mcp.McpRequest;
import io.weathervane.mcp.ResponseChannel;
import io.weathervane.mcp.RunningCall;
import io.weathervane.tool.Caller;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one POST: plain JSON, or, from the first message that comes before the answer, or after a long
 * silence, an event stream. A client that goes away ends a modern request and no legacy one.
 */
public final class PostResponse implements ResponseChannel, KeepAliveTarget {
    /** How long a call goes on before it is looked whether its client is there still: 500 ms. */
    private static final long LOOKED_AT_NANOS = 500_000_000;

    private final HttpExchange httpExchange;
    private final McpRequest request;
    private final Optional<ResumableStreams> resumable;
    private final EventStreamRegistry streams;
    private final Thread handler = Thread.currentThread();
    private final long begunAt;

    /** Held while the answer takes its form; a long silence is noticed by a thread of its own. */
    private final ReentrantLock lock = new ReentrantLock();

    private volatile @Nullable RunningCall call;
    private @Nullable MessageSink stream;
    private @Nullable ClientPresence client;
    private boolean ended;
    private boolean lasting;
    private volatile boolean gone;

    /**
     * The answer to this request, which begins now.
     *
     * @param resumable the client's streams, when it can come back for the rest of one
     */
    public PostResponse(
            HttpExchange httpExchange,
            McpRequest request,
            Optional<ResumableStreams> resumable,
            EventStreamRegistry streams) {
        this.httpExchange = httpExchange;
        this.request = request;
        this.resumable = resumable;
        this.streams = streams;
        this.begunAt = streams.nanos();
    }

    public void setCall(RunningCall running) {
        this.call = running;
        if (request.isLong() && httpExchange.accepted().events()) {
            streams.add(this);
        }
    }

    /** The answer stays open for good, in a place that was reserved for it. */
    void markLasting() {
        lasting = true;
    }

    @Override
    public Caller caller() {
        return httpExchange.caller();
    }

    @Override
    public String address() {
        return Request.getRemoteAddr(httpExchange.request());
    }

    @Override
    public boolean send(JsonRpcMessage message) {
        if (!httpExchange.accepted().events()) {
            return false;
        }
        lock.lock();
        try {
            if (!gone) {
                stream().send(message);
            }
        } finally {
            lock.unlock();
        }
        return true;
    }

    @Override
    public void answer(JsonRpcMessage.Response message) {
        boolean withheld = !gone && streams.isSlow(begunAt) && !streams.mayAnswer(httpExchange);
        lock.lock();
        try {
            ended = true;
            int status = status(message);
            if (gone) {
                return;
            }
            if (withheld) {
                withhold();
            } else if (stream == null && (httpExchange.accepted().json() || status != HttpStatus.OK_200)) {
                closeUnlessOnHandler();
                JsonResponses.message(httpExchange, status, message);
            } else {
                stream().finish(message);
            }
        } finally {
            lock.unlock();
            forgotten();
        }
    }

    /** The caller's access ended while the call went on: it gets nothing of the answer. */
    private void withhold() {
        MessageSink open = stream;
        if (open != null) {
            open.cut();
        } else {
            closeUnlessOnHandler();
            JsonResponses.withheld(httpExchange);
        }
    }

    @Override
    public void abandon() {
        lock.lock();
        try {
            ended = true;
            if (stream != null) {
                stream.cut();
            } else if (!gone) {
                closeUnlessOnHandler();
                JsonResponses.empty(httpExchange, HttpStatus.ACCEPTED_202);
            }
        } finally {
            lock.unlock();
        }
        forgotten();
    }

    /** Only a client that was given an id on a stream of its session can come back. */
    @Override
    public void detach() {
        if (resumable.filter(ResumableStreams::primes).isEmpty()
                || !httpExchange.accepted().events()) {
            return;
        }
        lock.lock();
        try {
            if (stream == null) {
                JsonResponses.closeAfter(httpExchange);
            }
            stream().disconnect();
        } finally {
            lock.unlock();
        }
    }

    /** Cancels a modern call of which nothing was said yet, when its client has closed the connection. */
    void look() {
        RunningCall running = call;
        if (running == null || !request.isModern() || streams.nanos() - begunAt < LOOKED_AT_NANOS || !lock.tryLock()) {
            return;
        }
        boolean found;
        try {
            found = !gone && !ended && stream == null && clientHasEnded();
            gone |= found;
        } finally {
            lock.unlock();
        }
        if (found) {
            streams.remove(this);
            running.cancel();
        }
    }

    private boolean clientHasEnded() {
        ClientPresence known = client == null ? new ClientPresence(httpExchange) : client;
        client = known;
        if (known.hasSentMore()) {
            return false;
        }
        boolean hasEnded = known.hasEnded();
        if (known.hasSentMore()) {
            JsonResponses.closeAfter(httpExchange);
        }
        return hasEnded;
    }

    /** A call that is silent for long becomes a stream, so that it can be kept alive and its client found gone. */
    @Override
    public void keepAlive(long silentNanos) {
        if (streams.nanos() - begunAt < silentNanos || !lock.tryLock()) {
            return;
        }
        MessageSink begun;
        try {
            begun = ended || gone ? null : stream();
        } finally {
            lock.unlock();
        }
        if (begun instanceof EventStream unsaid) {
            unsaid.keepAlive(0);
        }
    }

    private void forgotten() {
        streams.remove(this);
        if (lasting) {
            streams.releaseLasting();
        }
    }

    private MessageSink stream() {
        MessageSink open = stream;
        if (open == null) {
            open = begin();
            stream = open;
        }
        return open;
    }

    private MessageSink begin() {
        closeUnlessOnHandler();
        streams.remove(this);
        EventStream connection = streams.open(httpExchange);
        if (resumable.isPresent()) {
            return resumable.get().begin(connection);
        }
        RunningCall running = call;
        if (request.isModern() && running != null) {
            connection.whenOver(running::cancel);
        }
        return connection;
    }

    /** Status of the answer, as far as it is known before the first byte is sent. */
    private int status(JsonRpcMessage.Response message) {
        if (message instanceof JsonRpcMessage.Failure failure) {
            if (isUnknownMethod(failure)) {
                return HttpStatus.NOT_FOUND_404;
            }
            boolean refused = request.isModern()
                    ? failure.code() == ErrorCode.MISSING_CAPABILITY.code()
                    : resumable.isEmpty() && failure.code() == ErrorCode.INVALID_REQUEST.code();
            return refused ? HttpStatus.BAD_REQUEST_400 : HttpStatus.OK_200;
        }
        return HttpStatus.OK_200;
    }

    /** A worker with an extension is asked for a method that MCP does not name, and may not have it either. */
    private boolean isUnknownMethod(JsonRpcMessage.Failure failure) {
        return request.isModern()
                && failure.code() == ErrorCode.METHOD_NOT_FOUND.code()
                && !ReservedMcpMethods.contains(request.method());
    }

    /**
     * A call that was ended by another thread still holds the thread, and with it the connection, of its
     * request: the client must not send its next request there.
     */
    private void closeUnlessOnHandler() {
        if (Thread.currentThread() != handler) {
            JsonResponses.closeAfter(httpExchange);
        }
    }
}

package io.weathervane.transport.http.legacy;

import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.jsonrpc.RequestId;
import io.weathervane.mcp.ResponseChannel;
import io.weathervane.mcp.legacy.BatchAnswerBuffer;
import io.weathervane.tool.Caller;
import io.weathervane.transport.http.EventStream;
import io.weathervane.transport.http.EventStreamRegistry;
import io.weathervane.transport.http.HttpExchange;
import io.weathervane.transport.http.JsonResponses;
import io.weathervane.transport.http.KeepAliveTarget;
import io.weathervane.transport.http.MessageSink;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * The answers to the requests of one POSTed batch (MCP 2025-03-26 basic/transports): one JSON array, or, from the first
 * message that comes before them, after a long silence, or when they come to much, an event each.
 */
final class BatchPostResponse implements KeepAliveTarget, AutoCloseable {
    /** Answers of more than this do not wait for each other where they may be events: 1 MiB. */
    private static final int WAITING_BYTES_MAX = 1024 * 1024;

    private final HttpExchange httpExchange;
    private final @Nullable HttpSession session;
    private final EventStreamRegistry streams;
    private final long begunAt;
    private final CountDownLatch open;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<RequestId> ids = new HashSet<>();
    private final BatchAnswerBuffer answers = new BatchAnswerBuffer();
    private @Nullable MessageSink stream;
    private boolean ended;
    private boolean handedOn;

    /** @param messages how many there are, each of which ends with an answer or {@link #nothing} */
    BatchPostResponse(
            HttpExchange httpExchange, @Nullable HttpSession session, EventStreamRegistry streams, int messages) {
        this.httpExchange = httpExchange;
        this.session = session;
        this.streams = streams;
        this.begunAt = streams.nanos();
        this.open = new CountDownLatch(messages);
        if (httpExchange.accepted().events()) {
            streams.add(this);
        }
    }

    /** Whether no other request of the batch had this id. Asked by the thread that handles the exchange. */
    boolean addId(RequestId id) {
        return ids.add(id);
    }

    /** The way of one of its requests. */
    ResponseChannel responseChannel() {
        return new ResponseChannel() {
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
                return BatchPostResponse.this.send(message);
            }

            @Override
            public void answer(JsonRpcMessage.Response response) {
                BatchPostResponse.this.answer(response);
            }

            @Override
            public void abandon() {
                nothing();
            }
        };
    }

    void answer(JsonRpcMessage.Response response) {
        lock.lock();
        try {
            if (!ended && httpExchange.accepted().events()) {
                keepOrSend(BatchAnswerBuffer.json(response));
            } else if (!ended) {
                answers.add(response);
            }
        } finally {
            lock.unlock();
            open.countDown();
        }
    }

    /** The newest is kept, if it can be, for the end of the stream to have something to say. */
    private void keepOrSend(byte[] json) {
        if (answers.bytes() + json.length > WAITING_BYTES_MAX) {
            answers.all().forEach(stream()::send);
            answers.clear();
        }
        if (!answers.keeps(json)) {
            stream().send(json);
        }
    }

    /** A message has no answer: it asks for none, or was cancelled. */
    void nothing() {
        open.countDown();
    }

    private boolean send(JsonRpcMessage message) {
        if (!httpExchange.accepted().events()) {
            return false;
        }
        lock.lock();
        try {
            if (!ended) {
                stream().send(message);
            }
        } finally {
            lock.unlock();
        }
        return true;
    }

    private MessageSink stream() {
        MessageSink begun = stream;
        if (begun == null) {
            streams.remove(this);
            EventStream connection = streams.open(httpExchange);
            begun = session == null ? connection : session.begin(connection);
            stream = begun;
        }
        return begun;
    }

    /** Waits for all of them, and sends them. On the thread that handles the exchange, which so is free for the next. */
    void finish() throws InterruptedException {
        open.await();
        boolean withheld = streams.isSlow(begunAt) && !streams.mayAnswer(httpExchange);
        lock.lock();
        try {
            ended = true;
            streams.remove(this);
            if (withheld) {
                withhold();
            } else if (answers.isEmpty() && stream == null) {
                JsonResponses.empty(httpExchange, HttpStatus.ACCEPTED_202);
            } else if (stream == null && httpExchange.accepted().json()) {
                byte[] array = answers.array("");
                Callback sent = Callback.from(httpExchange.callback(), answers::close);
                handedOn = true;
                JsonResponses.json(httpExchange, HttpStatus.OK_200, array, sent);
            } else {
                stream().finishAll(answers.all());
            }
        } finally {
            lock.unlock();
        }
    }

    private void withhold() {
        MessageSink begun = stream;
        if (begun != null) {
            begun.cut();
        } else {
            JsonResponses.withheld(httpExchange);
        }
    }

    /** Gives back what the answers have, unless the one who sends them does. */
    @Override
    public void close() {
        lock.lock();
        try {
            ended = true;
            streams.remove(this);
            if (!handedOn) {
                answers.close();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void keepAlive(long silentNanos) {
        if (streams.nanos() - begunAt < silentNanos || !lock.tryLock()) {
            return;
        }
        try {
            if (!ended && stream == null && stream() instanceof EventStream unsaid) {
                unsaid.keepAlive(0);
            }
        } finally {
            lock.unlock();
        }
    }
}

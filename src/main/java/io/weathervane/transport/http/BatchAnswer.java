package io.weathervane.transport.http;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.mcp.Exchange;
import io.weathervane.tool.Caller;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;

/**
 * The answers to the requests of one POSTed batch (MCP 2025-03-26 basic/transports): one JSON array, or, from the first
 * message that comes before them, or after a long silence, an event each.
 */
final class BatchAnswer implements Quiet {
    private final Turn turn;
    private final Accepted accepted;
    private final @Nullable HttpSession session;
    private final EventStreams streams;
    private final long begunAt;
    private final CountDownLatch open;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<JsonRpcMessage> answers = new ArrayList<>();
    private @Nullable Outflow stream;
    private boolean ended;

    /** @param messages how many there are, each of which ends with an answer or {@link #nothing} */
    BatchAnswer(Turn turn, Accepted accepted, @Nullable HttpSession session, EventStreams streams, int messages) {
        this.turn = turn;
        this.accepted = accepted;
        this.session = session;
        this.streams = streams;
        this.begunAt = streams.nanos();
        this.open = new CountDownLatch(messages);
        if (accepted.events()) {
            streams.add(this);
        }
    }

    /** The way of one of its requests. */
    Exchange exchange() {
        return new Exchange() {
            @Override
            public Caller caller() {
                return turn.caller();
            }

            @Override
            public String address() {
                return Request.getRemoteAddr(turn.request());
            }

            @Override
            public boolean send(JsonRpcMessage message) {
                return BatchAnswer.this.send(message);
            }

            @Override
            public void answer(JsonRpcMessage.Response response) {
                BatchAnswer.this.answer(response);
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
            answers.add(response);
        } finally {
            lock.unlock();
        }
        open.countDown();
    }

    /** A message has no answer: it asks for none, or was cancelled. */
    void nothing() {
        open.countDown();
    }

    private boolean send(JsonRpcMessage message) {
        if (!accepted.events()) {
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

    private Outflow stream() {
        Outflow begun = stream;
        if (begun == null) {
            streams.remove(this);
            EventStream connection = streams.open(turn);
            begun = session == null ? connection : numbered(session, connection);
            stream = begun;
        }
        return begun;
    }

    private static Outflow numbered(HttpSession session, EventStream connection) {
        SessionStream numbered = session.newStream();
        numbered.connect(connection, session.primes());
        return numbered;
    }

    /** Waits for all of them, and sends them. On the thread that handles the turn, which so is free for the next. */
    void finish() throws InterruptedException {
        open.await();
        boolean withheld = streams.isSlow(begunAt) && !streams.mayAnswer(turn);
        lock.lock();
        try {
            ended = true;
            streams.remove(this);
            if (withheld) {
                withhold();
            } else if (answers.isEmpty() && stream == null) {
                HttpReply.empty(turn, HttpStatus.ACCEPTED_202);
            } else if (stream == null && accepted.json()) {
                HttpReply.json(turn, HttpStatus.OK_200, array());
            } else {
                stream().finishAll(answers);
            }
        } finally {
            lock.unlock();
        }
    }

    private void withhold() {
        Outflow begun = stream;
        if (begun != null) {
            begun.cut();
        } else {
            HttpReply.withheld(turn);
        }
    }

    private byte[] array() {
        ArrayNode array = JsonRpcCodec.JSON.createArrayNode();
        answers.forEach(answer -> array.add(JsonRpcCodec.toJson(answer)));
        return JsonRpcCodec.text(array).getBytes(StandardCharsets.UTF_8);
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

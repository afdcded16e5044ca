package io.weathervane.mcp.legacy;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.jsonrpc.RequestId;
import io.weathervane.util.MemoryBudget;
import io.weathervane.util.RecentThreadFailures;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answers to one batch from when each is there until they are sent. They have claimed memory meanwhile; an answer that
 * there is none for is replaced by an error that says so, and the others stay whole. Used by any thread.
 */
public final class BatchAnswerBuffer implements AutoCloseable {
    private final MemoryBudget.Account memory;
    private final List<byte[]> kept = new ArrayList<>();
    private long claimed;
    private boolean closed;

    public BatchAnswerBuffer() {
        this(MemoryBudget.ofBatches());
    }

    BatchAnswerBuffer(MemoryBudget budget) {
        this.memory = budget.account();
    }

    /** The answer as it is sent; where memory runs out over it, an error in its place. */
    public static byte[] json(JsonRpcMessage.Response answer) {
        try {
            return JsonRpcCodec.write(answer);
        } catch (OutOfMemoryError e) {
            RecentThreadFailures.note("batch", e);
            return JsonRpcCodec.write(dropped(answer, "The server ran out of memory over the answer"));
        }
    }

    /** Keeps the answer, or an error in its place. */
    public synchronized void add(JsonRpcMessage.Response answer) {
        byte[] json = json(answer);
        if (!keeps(json) && !closed) {
            kept.add(JsonRpcCodec.write(dropped(
                    answer,
                    "The server has no memory for this answer of " + json.length
                            + " bytes, which would wait for the others of its batch: there may be "
                            + memory.limit("batch") + ". The answer is dropped, and what it answers is done")));
        }
    }

    /** Keeps the answer if there is memory for it; returns whether it does. */
    public synchronized boolean keeps(byte[] json) {
        if (closed || !tryClaim(json.length)) {
            return false;
        }
        claimed += json.length;
        kept.add(json);
        return true;
    }

    /** At once or not at all: a thread that waits here holds the memory of the worker's answer. */
    private boolean tryClaim(int bytes) {
        try {
            return memory.claim(bytes, Duration.ZERO);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static JsonRpcMessage.Failure dropped(JsonRpcMessage.Response answer, String why) {
        return new JsonRpcException(
                        ErrorCode.INTERNAL_ERROR, why + "; send such a request by itself, or in a smaller batch.")
                .toFailure(id(answer));
    }

    private static @Nullable RequestId id(JsonRpcMessage.Response answer) {
        return answer instanceof JsonRpcMessage.Success success ? success.id() : ((JsonRpcMessage.Failure) answer).id();
    }

    public synchronized boolean isEmpty() {
        return kept.isEmpty();
    }

    /** Memory that the kept answers have claimed, in bytes. */
    public synchronized long bytes() {
        return claimed;
    }

    /** All that are kept, in the order in which they came. */
    public synchronized List<byte[]> all() {
        return List.copyOf(kept);
    }

    /**
     * All that are kept, as one JSON array.
     *
     * @param end what follows it
     */
    public synchronized byte[] array(String end) {
        ByteArrayOutputStream array = new ByteArrayOutputStream((int) claimed + 2 * kept.size() + 2);
        for (byte[] json : kept) {
            array.write(array.size() == 0 ? '[' : ',');
            array.writeBytes(json);
        }
        array.writeBytes(("]" + end).getBytes(StandardCharsets.US_ASCII));
        return array.toByteArray();
    }

    /** They are sent: forgets them and gives back their memory. */
    public synchronized void clear() {
        kept.clear();
        memory.release(claimed);
        claimed = 0;
    }

    /** As {@link #clear}; what comes later is not kept. */
    @Override
    public synchronized void close() {
        closed = true;
        clear();
    }
}

package io.weathervane.transport.http;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.jsonrpc.JsonRpcReadException;
import io.weathervane.mcp.McpDispatcher;
import io.weathervane.tool.RequestedTool;
import java.util.Optional;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Invocable;

/**
 * A small body that arrived whole before any thread waited for it.
 *
 * @param message what it says; empty when it is no message
 * @param tool what it calls, as far as it can be known without waiting
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
record PrefetchedBody(byte[] bytes, Optional<JsonRpcMessage> message, Optional<RequestedTool> tool) {
    /** Largest body that is read so, 8 KiB: it is read and parsed in no time. */
    private static final int BYTES_MAX = 8 * 1024;

    /** Whether the request says that its body is small, and sends it unasked. */
    static boolean suits(Request request) {
        long length = request.getLength();
        return length > 0 && length <= BYTES_MAX && !request.getHeaders().contains(HttpHeader.EXPECT);
    }

    /** Calls back on a thread of the selector, at once when all is here; none waits meanwhile. */
    static void read(Request request, Consumer<byte[]> then, Consumer<Throwable> failed) {
        new Reader(request, then, failed).run();
    }

    /** A body that is no message of MCP. */
    static PrefetchedBody ofOther(byte[] body) {
        return new PrefetchedBody(body, Optional.empty(), Optional.empty());
    }

    static PrefetchedBody of(byte[] body, McpDispatcher dispatcher) {
        try {
            JsonRpcMessage message = JsonRpcCodec.read(body);
            Optional<RequestedTool> tool =
                    message instanceof JsonRpcMessage.Request request ? dispatcher.toolOf(request) : Optional.empty();
            return new PrefetchedBody(body, Optional.of(message), tool);
        } catch (JsonRpcReadException e) {
            return new PrefetchedBody(body, Optional.empty(), Optional.empty());
        }
    }

    /** Takes what is here, and comes back when there is more; Jetty gives no more than the length that was announced. */
    private static final class Reader implements Invocable.Task {
        private final Request request;
        private final Consumer<byte[]> then;
        private final Consumer<Throwable> failed;
        private final byte[] body;
        private int taken;

        Reader(Request request, Consumer<byte[]> then, Consumer<Throwable> failed) {
            this.request = request;
            this.then = then;
            this.failed = failed;
            this.body = new byte[(int) request.getLength()];
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }

        @Override
        public void run() {
            for (Content.Chunk chunk = request.read(); chunk != null; chunk = request.read()) {
                if (Content.Chunk.isFailure(chunk)) {
                    failed.accept(chunk.getFailure());
                    return;
                }
                take(chunk);
                if (chunk.isLast()) {
                    then.accept(body);
                    return;
                }
            }
            request.demand(this);
        }

        private void take(Content.Chunk chunk) {
            int length = chunk.remaining();
            chunk.get(body, taken, length);
            taken += length;
            chunk.release();
        }
    }
}

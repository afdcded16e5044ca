package io.weathervane.transport.stdio;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.mcp.Exchange;
import io.weathervane.tool.Caller;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;

/** The answers to the messages of one batch, which are sent together once the last is there (MCP 2025-03-26 basic). */
final class Batch {
    private final LineWriter out;
    private final ArrayNode answers = JsonRpcCodec.JSON.createArrayNode();
    private int open;

    /** @param messages how many there are, each of which ends with {@link #answer} or {@link #nothing} */
    Batch(LineWriter out, int messages) {
        this.out = out;
        this.open = messages;
    }

    void answer(JsonRpcMessage.Response response) {
        end(response);
    }

    /** A message has no answer: it asks for none, or was cancelled. */
    void nothing() {
        end(null);
    }

    /** The way of one of its requests. */
    Exchange exchange(Caller caller) {
        return new Exchange() {
            @Override
            public Caller caller() {
                return caller;
            }

            @Override
            public boolean send(JsonRpcMessage message) {
                out.write(message);
                return true;
            }

            @Override
            public void answer(JsonRpcMessage.Response response) {
                Batch.this.answer(response);
            }

            @Override
            public void abandon() {
                nothing();
            }
        };
    }

    private void end(JsonRpcMessage.@Nullable Response response) {
        synchronized (answers) {
            if (response != null) {
                answers.add(JsonRpcCodec.toJson(response));
            }
            open--;
            if (open > 0 || answers.isEmpty()) {
                return;
            }
        }
        out.writeBatch(answers);
    }
}

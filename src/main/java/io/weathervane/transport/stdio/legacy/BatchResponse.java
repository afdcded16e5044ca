package io.weathervane.transport.stdio.legacy;

import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.mcp.ResponseChannel;
import io.weathervane.mcp.legacy.BatchAnswerBuffer;
import io.weathervane.tool.Caller;
import io.weathervane.transport.stdio.LineMessages;
import java.util.concurrent.atomic.AtomicInteger;

/** The answers to the messages of one batch, which are sent together once the last is there (MCP 2025-03-26 basic). */
final class BatchResponse {
    private final LineMessages client;
    private final BatchAnswerBuffer answers = new BatchAnswerBuffer();
    private final AtomicInteger open;

    /**
     * The answers to come.
     *
     * @param client the session that the batch came from
     * @param messages how many there are, each of which ends with {@link #answer} or {@link #nothing}
     */
    BatchResponse(LineMessages client, int messages) {
        this.client = client;
        this.open = new AtomicInteger(messages);
    }

    void answer(JsonRpcMessage.Response response) {
        try {
            answers.add(response);
        } finally {
            nothing();
        }
    }

    /** A message has no answer: it asks for none, or was cancelled. */
    void nothing() {
        if (open.decrementAndGet() == 0) {
            send();
        }
    }

    private void send() {
        try (answers) {
            if (!answers.isEmpty()) {
                client.write(answers.array("\n"));
            }
        }
    }

    /** The way of one of its requests. */
    ResponseChannel channel() {
        return new ResponseChannel() {
            @Override
            public Caller caller() {
                return client.caller();
            }

            @Override
            public boolean send(JsonRpcMessage message) {
                client.write(message);
                return true;
            }

            @Override
            public void answer(JsonRpcMessage.Response response) {
                BatchResponse.this.answer(response);
            }

            @Override
            public void abandon() {
                nothing();
            }
        };
    }
}

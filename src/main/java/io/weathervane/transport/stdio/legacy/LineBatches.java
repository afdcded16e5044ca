package io.weathervane.transport.stdio.legacy;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.jsonrpc.JsonRpcReadException;
import io.weathervane.mcp.ErrorMapper;
import io.weathervane.transport.stdio.LegacyLineSupport;
import io.weathervane.transport.stdio.LineMessages;
import io.weathervane.transport.stdio.LineSession;
import io.weathervane.util.RecentThreadFailures;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** The batches of a session's client, where its version has them (MCP 2025-03-26 basic): a line each. */
public final class LineBatches implements LegacyLineSupport {
    @Override
    public boolean serve(byte[] line, LineMessages messages) {
        Optional<List<JsonNode>> batch = messages.session().hasBatches() ? JsonRpcCodec.batch(line) : Optional.empty();
        batch.ifPresent(parsed -> serveAll(parsed, line.length, messages));
        return batch.isPresent();
    }

    private static void serveAll(List<JsonNode> batch, long bytes, LineMessages messages) {
        if (batch.isEmpty() || batch.size() > JsonRpcCodec.BATCH_MAX) {
            throw new JsonRpcException(
                    ErrorCode.INVALID_REQUEST,
                    "Invalid request: a batch has from 1 to " + JsonRpcCodec.BATCH_MAX + " messages, this one has "
                            + batch.size());
        }
        BatchResponse response = new BatchResponse(messages, batch.size());
        for (JsonNode one : batch) {
            try {
                serve(JsonRpcCodec.classifyInBatch(one), bytes / batch.size(), messages, response);
            } catch (JsonRpcReadException e) {
                response.answer(e.failure());
            } catch (OutOfMemoryError e) {
                RecentThreadFailures.note("session", e);
                response.answer(LineSession.outOfMemory());
            }
        }
    }

    private static void serve(JsonRpcMessage message, long bytes, LineMessages messages, BatchResponse response) {
        if (message instanceof JsonRpcMessage.Request request) {
            try {
                messages.serve(request, bytes, response.channel());
            } catch (JsonRpcException e) {
                response.answer(ErrorMapper.failure(request, e));
            }
        } else {
            messages.received(message);
            response.nothing();
        }
    }
}

package io.weathervane.mcp.legacy;

import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.jsonrpc.RequestId;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The requests of ours that a legacy client has not answered yet. */
final class PendingClientRequests implements AutoCloseable {
    /** Most questions to one client that wait for an answer. */
    private static final int WAITING_MAX = 64;

    /** Never repeated, also not by another server that goes on with the same client: a late answer must fit nothing. */
    private final String prefix = "weathervane-" + UUID.randomUUID() + "-";

    private final AtomicLong asked = new AtomicLong();
    private final ConcurrentHashMap<RequestId, Question> waiting = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /**
     * A request of ours.
     *
     * @param answer its answer to come; cancelled when the client is gone
     * @param progress takes what the client says of its progress
     */
    record Question(
            JsonRpcMessage.Request request,
            CompletableFuture<JsonRpcMessage.Response> answer,
            Consumer<ObjectNode> progress) {
        boolean hasToken(JsonNode token) {
            return request.params().path("_meta").path("progressToken").equals(token);
        }
    }

    /** Makes a question that an answer will be recognised by; null when too many wait, or the client is gone. */
    @Nullable
    Question open(String method, ObjectNode params, Consumer<ObjectNode> progress) {
        RequestId id = RequestId.of(prefix + asked.incrementAndGet());
        Question question =
                new Question(new JsonRpcMessage.Request(id, method, params), new CompletableFuture<>(), progress);
        if (closed || waiting.size() >= WAITING_MAX) {
            return null;
        }
        waiting.put(id, question);
        if (closed) {
            close();
        }
        return question;
    }

    void remove(Question question) {
        waiting.remove(question.request().id());
    }

    void answered(JsonRpcMessage.Response response) {
        RequestId id = response instanceof JsonRpcMessage.Success success
                ? success.id()
                : ((JsonRpcMessage.Failure) response).id();
        Question question = id == null ? null : waiting.remove(id);
        if (question != null) {
            question.answer().complete(response);
        }
    }

    /** The client says how far it is with an answer; of no question that waits, it is ignored. */
    void progressed(ObjectNode params) {
        JsonNode token = params.path("progressToken");
        waiting.values().stream()
                .filter(question -> !token.isMissingNode() && question.hasToken(token))
                .findFirst()
                .ifPresent(question -> question.progress().accept(params));
    }

    @Override
    public void close() {
        closed = true;
        waiting.values().forEach(question -> question.answer().cancel(false));
        waiting.clear();
    }
}

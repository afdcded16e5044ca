package io.weathervane.transport.http.legacy;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.jsonrpc.JsonRpcReadException;
import io.weathervane.mcp.ErrorMapper;
import io.weathervane.mcp.McpDispatcher;
import io.weathervane.mcp.McpRequest;
import io.weathervane.mcp.RunningCall;
import io.weathervane.mcp.legacy.LegacyVersions;
import io.weathervane.transport.http.EventStreamRegistry;
import io.weathervane.transport.http.HttpExchange;
import io.weathervane.transport.http.JsonResponses;
import io.weathervane.transport.http.LegacyHttpSupport;
import io.weathervane.transport.http.RequestAdmission;
import io.weathervane.transport.http.RequestedWorkerHeaderMapper;
import io.weathervane.transport.http.TraceHeaderMapper;
import io.weathervane.util.Threads;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import org.eclipse.jetty.http.HttpStatus;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A batch of messages in one POST, as 2025-03-26 and 2024-11-05 have them. Its requests run beside each other as far as
 * their caller may have more of them at a time, else one after the other.
 */
final class BatchPostHandler implements AutoCloseable {
    /** Threads for requests beside the one that handles the POST, on a JDK without virtual threads. */
    private static final int THREADS_MAX = 64;

    private final McpDispatcher dispatcher;
    private final RequestAdmission admission;
    private final HttpSessions sessions;
    private final EventStreamRegistry streams;
    private final ExecutorService threads = Threads.newPerTask("http-batch", THREADS_MAX);

    BatchPostHandler(
            McpDispatcher dispatcher, RequestAdmission admission, HttpSessions sessions, EventStreamRegistry streams) {
        this.dispatcher = dispatcher;
        this.admission = admission;
        this.sessions = sessions;
        this.streams = streams;
    }

    /**
     * Answers the batch.
     *
     * @param version what the client says in {@code MCP-Protocol-Version}
     */
    void received(HttpExchange httpExchange, List<JsonNode> messages, Optional<String> version) {
        String id = httpExchange.headers().get(LegacyHttpSupport.SESSION_HEADER);
        Optional<HttpSession> session = id == null ? Optional.empty() : sessions.find(id, httpExchange.caller());
        if (id != null && session.isEmpty()) {
            HttpSessions.refuseUnknown(httpExchange);
            return;
        }
        Optional<String> refusal = refusal(messages, session, version);
        if (refusal.isPresent()) {
            JsonResponses.refused(httpExchange, HttpStatus.BAD_REQUEST_400, refusal.get());
            return;
        }
        Duration wait = admission.countMore(httpExchange, messages.size() - 1);
        if (wait.isZero()) {
            work(httpExchange, messages, session.orElse(null));
        } else {
            JsonResponses.later(
                    httpExchange,
                    HttpStatus.TOO_MANY_REQUESTS_429,
                    wait,
                    "each message of a batch counts as a request; nothing was done, send smaller batches");
        }
    }

    private static Optional<String> refusal(
            List<JsonNode> messages, Optional<HttpSession> session, Optional<String> version) {
        boolean has = session.isPresent()
                ? session.get().client().hasBatches()
                : version.isEmpty() || LegacyVersions.hasBatches(version.get());
        if (!has) {
            return Optional.of("a batch (array) is not supported in this version: send one message at a time");
        }
        return messages.isEmpty() || messages.size() > JsonRpcCodec.BATCH_MAX
                ? Optional.of("a batch has from 1 to " + JsonRpcCodec.BATCH_MAX + " messages, this one has "
                        + messages.size())
                : Optional.empty();
    }

    private void work(HttpExchange httpExchange, List<JsonNode> messages, @Nullable HttpSession session) {
        if (session != null) {
            session.enter();
        }
        try (BatchPostResponse batch = new BatchPostResponse(httpExchange, session, streams, messages.size())) {
            messages.forEach(message -> received(httpExchange, message, session, batch));
            batch.finish();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            httpExchange.callback().failed(e);
        } finally {
            if (session != null) {
                session.leave(streams.nanos());
            }
        }
    }

    private void received(
            HttpExchange httpExchange, JsonNode node, @Nullable HttpSession session, BatchPostResponse batch) {
        try {
            JsonRpcMessage message = JsonRpcCodec.classifyInBatch(node);
            if (message instanceof JsonRpcMessage.Request request) {
                requested(httpExchange, request, session, batch);
                return;
            }
            if (session != null && message instanceof JsonRpcMessage.Notification notification) {
                session.client().notified(notification, httpExchange.caller());
            } else if (session != null && message instanceof JsonRpcMessage.Response response) {
                session.client().answered(response);
            }
            batch.nothing();
        } catch (JsonRpcReadException e) {
            batch.answer(e.failure());
        }
    }

    private void requested(
            HttpExchange httpExchange,
            JsonRpcMessage.Request request,
            @Nullable HttpSession session,
            BatchPostResponse batch) {
        RunningCall call;
        try {
            call = opened(httpExchange, request, session, batch);
        } catch (JsonRpcException e) {
            batch.answer(ErrorMapper.failure(request, e));
            return;
        }
        if (dispatcher.takesTime(call) && admission.hasAnotherPlace(httpExchange)) {
            threads.execute(() -> {
                try {
                    dispatcher.run(call);
                } finally {
                    admission.giveBackPlace(httpExchange);
                }
            });
        } else {
            dispatcher.run(call);
        }
    }

    private RunningCall opened(
            HttpExchange httpExchange,
            JsonRpcMessage.Request request,
            @Nullable HttpSession session,
            BatchPostResponse batch) {
        TraceHeaderMapper.addTo(request, httpExchange.headers());
        RequestedWorkerHeaderMapper.addTo(request, httpExchange.headers());
        McpRequest mcpRequest = dispatcher.read(request);
        if (mcpRequest.isModern() || mcpRequest.isInitialize()) {
            throw new JsonRpcException(
                    ErrorCode.INVALID_REQUEST,
                    "Invalid request: " + (mcpRequest.isModern() ? "a request of 2026-07-28" : "initialize")
                            + " is not sent in a batch");
        }
        admission.refuseUnlessAllowed(httpExchange, mcpRequest, dispatcher);
        if (!batch.addId(request.id())) {
            throw runningAlready();
        }
        if (session == null) {
            return dispatcher.open(mcpRequest, batch.responseChannel());
        }
        RunningCall call = dispatcher.open(mcpRequest, batch.responseChannel(), session.client());
        if (!session.client().calls().add(call)) {
            throw runningAlready();
        }
        return call;
    }

    private static JsonRpcException runningAlready() {
        return new JsonRpcException(
                ErrorCode.INVALID_REQUEST, "Invalid request: a request with this id is running already");
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}

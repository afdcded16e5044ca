package io.weathervane.cli;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.jsonrpc.JsonRpcReadException;
import io.weathervane.jsonrpc.RequestId;
import io.weathervane.transport.socket.ProgressRenewedDeadline;
import io.weathervane.transport.socket.ServerUnreachableException;
import io.weathervane.util.Threads;
import io.weathervane.util.Ticker;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/** A server's {@code /mcp}, by the Streamable HTTP of MCP 2026-07-28: each request stands alone. */
final class HttpConnection implements ServerConnection {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(CONNECT_TIMEOUT)
            .version(HttpClient.Version.HTTP_1_1)
            .build();
    private final URI endpoint;
    private final Optional<ClientToken> token;
    private final Duration timeout;
    private long lastId;

    /** @param server the server's address; the endpoint's path {@code /mcp} is added when it has none */
    HttpConnection(URI server, Optional<ClientToken> token, Duration timeout) {
        boolean bare = server.getPath() == null || server.getPath().isEmpty() || "/".equals(server.getPath());
        this.endpoint = bare ? server.resolve("/mcp") : server;
        this.token = token;
        this.timeout = timeout;
    }

    @Override
    public JsonRpcMessage.Response request(
            String method, ObjectNode params, Consumer<JsonRpcMessage.Notification> heard) {
        JsonRpcMessage.Request request = new JsonRpcMessage.Request(RequestId.of(++lastId), method, params);
        CompletableFuture<JsonRpcMessage.Response> answer = new CompletableFuture<>();
        ProgressRenewedDeadline deadline = new ProgressRenewedDeadline(Ticker.system(), timeout, params);
        Consumer<JsonRpcMessage.Notification> counted = heard.andThen(deadline::renew);
        Thread worker = Threads.daemon("http-call", () -> exchange(request, counted, answer));
        worker.start();
        try {
            return awaited(answer, deadline);
        } catch (TimeoutException e) {
            throw new ServerUnreachableException(
                    "the server at " + endpoint + " did not answer within " + timeout.toMillis()
                            + " ms; whether the call was done is unknown, audit_query shows it",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerUnreachableException("interrupted while waiting for " + endpoint, e);
        } catch (ExecutionException e) {
            throw unreachable(e.getCause() == null ? e : e.getCause());
        } finally {
            worker.interrupt(); // closes the connection of a call that was given up, which cancels it
        }
    }

    private static JsonRpcMessage.Response awaited(
            CompletableFuture<JsonRpcMessage.Response> answer, ProgressRenewedDeadline deadline)
            throws InterruptedException, ExecutionException, TimeoutException {
        while (true) {
            try {
                return answer.get(deadline.nanosLeft(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                if (deadline.nanosLeft() == 0) {
                    throw e;
                }
            }
        }
    }

    @Override
    public String address() {
        return endpoint.toString();
    }

    @Override
    public void close() {}

    private void exchange(
            JsonRpcMessage.Request request,
            Consumer<JsonRpcMessage.Notification> heard,
            CompletableFuture<JsonRpcMessage.Response> answer) {
        try {
            HttpResponse<InputStream> response = client.send(post(request), HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                answer.complete(HttpResponseReader.read(response, body, heard));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            answer.completeExceptionally(e);
        } catch (IOException | RuntimeException e) {
            answer.completeExceptionally(e);
        }
    }

    private HttpRequest post(JsonRpcMessage.Request request) {
        HttpRequest.Builder post = HttpRequest.newBuilder(endpoint)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream")
                .header("MCP-Protocol-Version", ToolClient.PROTOCOL_VERSION)
                .header("Mcp-Method", request.method())
                .POST(HttpRequest.BodyPublishers.ofByteArray(JsonRpcCodec.write(request)));
        if (request.params().path("name").isString()) {
            post.header("Mcp-Name", request.params().path("name").stringValue());
        }
        token.ifPresent(held -> post.header("Authorization", held.header()));
        return post.build();
    }

    private ServerUnreachableException unreachable(Throwable cause) {
        String why = cause instanceof JsonRpcReadException || cause instanceof HttpResponseReader.NotAnAnswer
                ? "what answers at " + endpoint + " is no MCP server: " + cause.getMessage()
                : "no server answers at " + endpoint + " (" + cause.getClass().getSimpleName()
                        + "): start one with `scripts/weathervane serve`, or check --url";
        return new ServerUnreachableException(why, cause);
    }
}

package io.weathervane.worker.remote;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsServer;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.util.Threads;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;

/** Proxy in front of a server, or in its place: sees each request, and answers itself what a test wants to go wrong. */
public final class InterceptingProxy implements AutoCloseable {
    /** As a server answers that has never heard of the modern generation. */
    static final Reply NO_SESSION = Reply.json(
            400,
            "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32000,\"message\":\"Bad Request: Server not"
                    + " initialized\"},\"id\":null}");

    private static final Set<String> NOT_FORWARDED =
            Set.of("host", "connection", "content-length", "transfer-encoding", "upgrade", "http2-settings");

    private final HttpServer server;
    private final ExecutorService threads = Threads.newPerTask("proxy", 64);
    private final Optional<URI> target;
    private final HttpClient client = HttpClient.newHttpClient();
    final List<Seen> seen = new CopyOnWriteArrayList<>();
    volatile Function<Seen, Optional<Reply>> intercept = request -> Optional.empty();

    /** A request as it came. */
    record Seen(String method, HttpExchange exchange, String body) {
        boolean has(String text) {
            return body.contains(text);
        }

        /** The JSON-RPC id of the request, as it stands there. */
        String id() {
            return JsonRpcCodec.JSON.readTree(body).path("id").toString();
        }

        Optional<String> header(String name) {
            return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
        }
    }

    /** What is answered in the server's place. */
    @FunctionalInterface
    interface Reply {
        void to(HttpExchange exchange) throws IOException;

        static Reply of(int status, String type, String body, String... headers) {
            return exchange -> {
                byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
                if (!type.isEmpty()) {
                    exchange.getResponseHeaders().set("Content-Type", type);
                }
                for (int i = 0; i < headers.length; i += 2) {
                    exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
                }
                exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
                exchange.getResponseBody().write(bytes);
                exchange.close();
            };
        }

        static Reply json(int status, String body) {
            return of(status, "application/json", body);
        }

        /** The beginning of an event stream, after which the connection breaks. */
        static Reply brokenStream(String events) {
            return exchange -> {
                exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
                exchange.sendResponseHeaders(200, 1 << 20);
                exchange.getResponseBody().write(events.getBytes(StandardCharsets.UTF_8));
                exchange.getResponseBody().flush();
                exchange.close();
            };
        }

        /** An event stream that ends as it should. */
        static Reply stream(String events) {
            return exchange -> {
                exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().write(events.getBytes(StandardCharsets.UTF_8));
                exchange.close();
            };
        }
    }

    /** @param target empty for a server that only answers what is intercepted */
    InterceptingProxy(Optional<URI> target) throws IOException {
        this(target, 0);
    }

    /** @param port 0 for any that is free */
    InterceptingProxy(Optional<URI> target, int port) throws IOException {
        this(target, HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0));
    }

    /** @param bound not started yet; may speak TLS */
    InterceptingProxy(Optional<URI> target, HttpServer bound) {
        this.target = target;
        this.server = bound;
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** One that has the server behind it refuse what opens a modern conversation, as a server of 2025 does. */
    public static InterceptingProxy legacy(URI server) throws IOException {
        InterceptingProxy proxy = new InterceptingProxy(Optional.of(server));
        proxy.intercept = InterceptingProxy::refusesModern;
        return proxy;
    }

    static Optional<Reply> refusesModern(Seen request) {
        return request.has("\"server/discover\"") || (request.has("\"ping\"") && request.has("2026-07-28"))
                ? Optional.of(NO_SESSION)
                : Optional.empty();
    }

    public URI uri() {
        String scheme = server instanceof HttpsServer ? "https" : "http";
        return URI.create(scheme + "://127.0.0.1:" + server.getAddress().getPort() + "/mcp");
    }

    long count(String text) {
        return seen.stream().filter(request -> request.has(text)).count();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Seen request = new Seen(exchange.getRequestMethod(), exchange, body);
        Optional<Reply> reply = intercept.apply(request);
        seen.add(request);
        if (reply.isPresent()) {
            reply.get().to(exchange);
        } else if (target.isPresent()) {
            forward(request, target.get());
        } else {
            Reply.of(404, "text/plain", "nothing here").to(exchange);
        }
    }

    private void forward(Seen request, URI to) throws IOException {
        HttpExchange exchange = request.exchange();
        HttpRequest.Builder forwarded = HttpRequest.newBuilder(to)
                .method(request.method(), HttpRequest.BodyPublishers.ofString(request.body()));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!NOT_FORWARDED.contains(name.toLowerCase(java.util.Locale.ROOT))) {
                values.forEach(value -> forwarded.header(name, value));
            }
        });
        try {
            HttpResponse<InputStream> response =
                    client.send(forwarded.build(), HttpResponse.BodyHandlers.ofInputStream());
            response.headers().map().forEach((name, values) -> {
                if (!NOT_FORWARDED.contains(name.toLowerCase(java.util.Locale.ROOT))) {
                    values.forEach(value -> exchange.getResponseHeaders().add(name, value));
                }
            });
            boolean empty = response.statusCode() == 202 || response.statusCode() == 204;
            exchange.sendResponseHeaders(response.statusCode(), empty ? -1 : 0);
            try (InputStream in = response.body();
                    OutputStream out = exchange.getResponseBody()) {
                byte[] part = new byte[8192];
                for (int read = in.read(part); read >= 0; read = in.read(part)) {
                    out.write(part, 0, read);
                    out.flush();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            exchange.close();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}

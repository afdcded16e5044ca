package io.weathervane.worker.remote.auth;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;

/** A token endpoint on this machine that answers as it is told. */
public final class TestTokenEndpoint implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final AtomicReference<Answer> answer = new AtomicReference<>(TestTokenEndpoint::numberedToken);

    /** What it was sent. */
    public record Asked(String authorization, String body) {}

    /** Answers the question of this number, from 1 on. */
    @FunctionalInterface
    public interface Answer {
        void to(HttpExchange exchange, int number) throws IOException;
    }

    public TestTokenEndpoint() throws IOException {
        this(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
    }

    /** One that is bound already. */
    public TestTokenEndpoint(HttpServer server) {
        this.server = server;
        server.setExecutor(threads);
        server.createContext("/token", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
            int number;
            synchronized (asked) {
                asked.add(new Asked(authorization, body));
                number = asked.size();
            }
            answer.get().to(exchange, number);
            exchange.close();
        });
        server.start();
    }

    /** "token-1", then "token-2": each for an hour. */
    public static void numberedToken(HttpExchange exchange, int number) throws IOException {
        json(
                exchange,
                200,
                "{\"access_token\":\"token-" + number + "\",\"token_type\":\"Bearer\",\"expires_in\":3600}");
    }

    public static void json(HttpExchange exchange, int status, String body) throws IOException {
        send(exchange, status, "application/json", body);
    }

    static void send(HttpExchange exchange, int status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    public void answers(Answer next) {
        answer.set(next);
    }

    void answersJson(int status, String body) {
        answers((exchange, number) -> json(exchange, status, body));
    }

    public URI url() {
        String host = server.getAddress().getAddress().getHostAddress();
        String scheme = server instanceof com.sun.net.httpserver.HttpsServer ? "https" : "http";
        return URI.create(scheme + "://" + host + ":" + server.getAddress().getPort() + "/token");
    }

    public List<Asked> asked() {
        return List.copyOf(asked);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}

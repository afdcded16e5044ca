package io.weathervane.signal;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A Prometheus on its bad days: what it answers is set by the test. */
public final class FakePrometheus implements AutoCloseable {
    private static final int TEN_MEGABYTES = 10 * 1024 * 1024;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final AtomicInteger asked = new AtomicInteger();
    private volatile Answer answer = scalar("0");
    private volatile String lastQuery = "";

    /** One way to answer. */
    public interface Answer {
        void to(HttpExchange exchange, CountDownLatch closing) throws IOException, InterruptedException;
    }

    public FakePrometheus() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/api/v1/query", exchange -> {
            asked.incrementAndGet();
            lastQuery = exchange.getRequestURI().getQuery();
            try (exchange) {
                answer.to(exchange, closing);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    public void answers(Answer next) {
        answer = next;
    }

    public int asked() {
        return asked.get();
    }

    String lastQuery() {
        return lastQuery;
    }

    public static Answer scalar(String value) {
        return text(200, data("scalar", "[1700000000.0,\"" + value + "\"]"));
    }

    public static Answer data(int status, String type, String result) {
        return text(status, data(type, result));
    }

    private static String data(String type, String result) {
        return "{\"status\":\"success\",\"data\":{\"resultType\":\"" + type + "\",\"result\":" + result + "}}";
    }

    public static Answer text(int status, String body) {
        return (exchange, closing) -> send(exchange, status, body.getBytes(StandardCharsets.UTF_8));
    }

    public static Answer tenMegabytes() {
        return (exchange, closing) -> {
            byte[] body = new byte[TEN_MEGABYTES];
            java.util.Arrays.fill(body, (byte) ' ');
            send(exchange, 200, body);
        };
    }

    /** Says nothing for as long as the test lasts. */
    public static Answer hangs() {
        return (exchange, closing) -> closing.await();
    }

    /** Sends a head, a byte of the body and then nothing. */
    public static Answer hangsInTheMiddle() {
        return (exchange, closing) -> {
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            out.write('{');
            out.flush();
            closing.await();
        };
    }

    public static Answer goesAway() {
        return (exchange, closing) -> {};
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        } catch (IOException e) {
            exchange.close(); // the server has stopped reading, as it may
        }
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}

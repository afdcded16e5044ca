package io.weathervane;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.testing.Await;
import io.weathervane.testing.ReservedPort;
import io.weathervane.testing.ServerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The active worker is killed: within a promotion's window under load, and with none open; the on-call is told. */
class WorkerKilledIT {
    private static final String SECRET = "the receiver knows this";
    private static final int CLIENTS = 4;
    private static final int CALLS_BEFORE_AND_AFTER = 50;

    @TempDir
    private Path workspace;

    private final Queue<JsonNode> alerts = new ConcurrentLinkedQueue<>();
    private final Queue<String> badSignatures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger answered = new AtomicInteger();
    private final Queue<String> lost = new ConcurrentLinkedQueue<>();

    @Test
    void aKilledWorkerEscalatesAndNoCallAndNoAlertIsLost() throws Exception {
        try (ReservedPort port = ReservedPort.take()) {
            String hook = "{url: \"http://127.0.0.1:" + port.number() + "/hook\", secretEnv: HOOK_SECRET}";
            ServerProcess.configure(workspace, "alerts: {webhooks: [" + hook + "]}", "stable", "next");

            try (ServerProcess server = start()) {
                killWithinTheWindow(server);
            }
            HttpServer receiver = receiver(port.number());
            try (ServerProcess server = start()) {
                Await.until("told of what happened while it was down", () -> escalations() == 1);
                killOutsideOfAnyWindow(server);
                Await.until("told again", () -> escalations() == 2);
            } finally {
                receiver.stop(0);
            }
        }

        assertThat(badSignatures).isEmpty();
        assertThat(alerts.stream().map(alert -> alert.path("type").asString("")))
                .contains("worker_exited", "kill_switch_activated");
    }

    private void killWithinTheWindow(ServerProcess server) throws Exception {
        server.operate("worker_start_canary", "{\"release\":\"next\"}");
        String promotion = server.operate("worker_promote", "{\"confirm\":true}")
                .path("promotionId")
                .asString("");
        AtomicBoolean over = new AtomicBoolean();
        List<CompletableFuture<Void>> clients = IntStream.range(0, CLIENTS)
                .mapToObj(n -> CompletableFuture.runAsync(() -> callUntil(over, server)))
                .toList();
        Await.until("calls are answered", () -> answered.get() > CALLS_BEFORE_AND_AFTER);

        killActive(server, "next");

        Await.until("escalated", () -> escalated(server).size() == 1);
        int then = answered.get();
        Await.until("the calls go on", () -> answered.get() > then + CALLS_BEFORE_AND_AFTER);
        over.set(true);
        clients.forEach(CompletableFuture::join);
        assertThat(lost).isEmpty();
        assertThat(escalated(server).get(0).path("promotionId").asString("")).isEqualTo(promotion);
        JsonNode status = server.operate("monitor_status", "{}");
        assertThat(status.path("killSwitch").path("engaged").asBoolean()).isTrue();
        assertThat(status.path("workers").path("active").path("label").asString(""))
                .isEqualTo("stable");
    }

    private void killOutsideOfAnyWindow(ServerProcess server) throws Exception {
        server.operate("mcp_admin_flags", "{\"action\":\"set\",\"flags\":{\"DISABLE_NEW\":\"0\"}}");

        killActive(server, "stable");

        Await.until("escalated again", () -> escalated(server).size() == 2);
        JsonNode status = server.operate("monitor_status", "{}");
        assertThat(status.path("killSwitch").path("engaged").asBoolean()).isTrue();
        Await.until(
                "a worker answers again",
                () -> !forecast(server).path("isError").asBoolean(false));
    }

    private static void killActive(ServerProcess server, String label) throws Exception {
        Await.until("it runs", () -> active(server).path("state").asString("").equals("ready"));
        JsonNode active = active(server);
        assertThat(active.path("label").asString("")).isEqualTo(label);
        ProcessHandle.of(active.path("pid").asLong()).orElseThrow().destroyForcibly();
    }

    private static JsonNode active(ServerProcess server) throws Exception {
        return server.operate("worker_status", "{}").path("active");
    }

    private static List<JsonNode> escalated(ServerProcess server) throws Exception {
        return server.operate("audit_query", "{\"kinds\":[\"escalation-triggered\"]}")
                .path("events")
                .valueStream()
                .toList();
    }

    /** A read-only call may be asked twice, so a worker's death must not show. */
    private void callUntil(AtomicBoolean over, ServerProcess server) {
        while (!over.get()) {
            try {
                JsonNode result = forecast(server);
                if (result.path("isError").asBoolean(false)) {
                    lost.add(ServerProcess.text(result));
                }
            } catch (IOException e) {
                lost.add(e.toString());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            answered.incrementAndGet();
        }
    }

    private static JsonNode forecast(ServerProcess server) throws IOException, InterruptedException {
        return server.call("get_forecast", "{\"city\":\"Oslo\"}");
    }

    private ServerProcess start() throws Exception {
        ProcessBuilder program = new ProcessBuilder(ServerProcess.serving(workspace));
        program.environment().put("HOOK_SECRET", SECRET);
        return ServerProcess.start(program);
    }

    /** An alert whose answer came too late comes again under its id. */
    private long escalations() {
        return alerts.stream()
                .filter(alert -> alert.path("type").asString("").equals("escalation_triggered"))
                .map(alert -> alert.path("id").asString(""))
                .distinct()
                .count();
    }

    private HttpServer receiver(int port) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/hook", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String signature = exchange.getRequestHeaders().getFirst("X-WeatherVane-Signature");
            if (!signature.equals(signature(signature.replaceAll("t=(\\d+),.*", "$1"), body))) {
                badSignatures.add(signature);
            }
            alerts.add(JsonRpcCodec.JSON.readTree(body));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static String signature(String seconds, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            mac.update((seconds + ".").getBytes(StandardCharsets.UTF_8));
            return "t=" + seconds + ",v1=" + HexFormat.of().formatHex(mac.doFinal(body));
        } catch (java.security.GeneralSecurityException e) {
            throw new AssertionError("every JDK has HmacSHA256", e);
        }
    }
}

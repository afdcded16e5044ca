package io.weathervane;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.testing.Await;
import io.weathervane.testing.RealPrometheus;
import io.weathervane.testing.ServerProcess;
import io.weathervane.util.HmacSignature;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The packaged server, real workers whose calls all go well, and signals that say otherwise. */
class SignalsIT {
    private static final String SECRET = "s3cr3t-of-the-pager";

    @TempDir
    private Path folder;

    @Test
    void aQueryOfARealPrometheusDegradesAndThenRollsBack() throws Exception {
        try (RealPrometheus prometheus = RealPrometheus.start(folder);
                ServerProcess server = serve("""
                    signals:
                      - name: shop-errors
                        prometheus: {url: "%s", query: "max_over_time(%s[5s])"}
                        interval: 200ms
                        degradeAbove: 0.02
                        rollbackAbove: 0.1
                    """.formatted(prometheus.url(), RealPrometheus.GAUGE))) {
            promote(server);
            Await.until(
                    "the signal is known",
                    () -> signal(server).path("state").asString("").equals("measured"));
            assertThat(signal(server).path("value").asDouble(-1)).isZero();
            assertThat(lastDecision(server)).isNotEqualTo("rollback");

            prometheus.measures("0.05");
            Await.until(
                    "it is degraded",
                    () -> lastDecision(server).equals("degrade")
                            && reason(server).contains("signal shop-errors (prometheus) 0.05 > 0.02"));

            prometheus.measures("0.5");
            Await.until("the rollback", () -> active(server).startsWith("stable"));
            assertThat(explanation(server))
                    .contains("Signal from outside: signal shop-errors (prometheus) 0.5 > 0.1 in 2 evaluations")
                    .contains("holds:    signal: signal shop-errors (prometheus) 0.5 > 0.1");
        }
    }

    @Test
    void alertmanagersWebhookRollsBackWhenItIsSignedAndChangesNothingWhenItIsNot() throws Exception {
        byte[] body = recorded("alertmanager-firing.json");
        try (ServerProcess server = serve("signals: [{name: pager, secretEnv: PAGER_SECRET, rollbackAbove: 1}]\n")) {
            promote(server);
            assertThat(post(server, body, Optional.empty())).isEqualTo(401);
            assertThat(post(server, body, Optional.of(HmacSignature.header("guess", Instant.now(), body))))
                    .isEqualTo(401);
            assertThat(post(server, body, Optional.of(HmacSignature.header(SECRET, Instant.EPOCH, body))))
                    .isEqualTo(401);
            assertThat(signal(server).path("state").asString("")).isEqualTo("quiet");

            assertThat(post(server, body, Optional.of(HmacSignature.header(SECRET, Instant.now(), body))))
                    .isEqualTo(200);

            Await.until("the rollback", () -> active(server).startsWith("stable"));
            assertThat(explanation(server))
                    .contains("signal pager (posted) 2 > 1")
                    .contains("pager says: CheckoutErrors (2 alerts): Checkout fails for 8% of customers");
            Path audit = folder.resolve("state/analytics/rollback_audit.jsonl");
            Await.until(
                    "the audit's file has it",
                    () -> Files.exists(audit) && Files.readString(audit).contains("signal pager (posted)"));
            assertThat(Files.readString(audit)).doesNotContain(SECRET);
            assertThat(server.stderr()).doesNotContain(SECRET);
        }
    }

    private ServerProcess serve(String signals) throws Exception {
        ServerProcess.configure(folder, "monitor: {checkInterval: 300ms}\n" + signals, "stable", "canary");
        ProcessBuilder program = new ProcessBuilder(ServerProcess.serving(folder));
        program.environment().put("PAGER_SECRET", SECRET);
        return ServerProcess.start(program);
    }

    private static void promote(ServerProcess server) throws Exception {
        server.operate("worker_start_canary", "{\"release\":\"canary\"}");
        server.operate("worker_promote", "{\"confirm\":true,\"reason\":\"a new version\"}");
        assertThat(active(server)).startsWith("canary");
    }

    private static String active(ServerProcess server) throws IOException, InterruptedException {
        return server.operate("worker_status", "{}").at("/active/label").asString("");
    }

    private static JsonNode status(ServerProcess server) throws IOException, InterruptedException {
        return server.operate("monitor_status", "{}");
    }

    private static JsonNode signal(ServerProcess server) throws IOException, InterruptedException {
        return status(server).path("signals").path(0);
    }

    private static String lastDecision(ServerProcess server) throws IOException, InterruptedException {
        return status(server).at("/lastDecision/decision").asString("");
    }

    private static String reason(ServerProcess server) throws IOException, InterruptedException {
        return status(server).at("/lastDecision/reason").asString("");
    }

    /** Of the rollback, once it is recorded. */
    private static String explanation(ServerProcess server) throws IOException, InterruptedException {
        Await.until("the decision is recorded", () -> rollback(server).isPresent());
        long seq = rollback(server).orElseThrow();
        return ServerProcess.text(server.call("decision_explain", "{\"seq\":" + seq + "}"));
    }

    private static Optional<Long> rollback(ServerProcess server) throws IOException, InterruptedException {
        JsonNode events = server.operate("audit_query", "{\"kinds\":[\"decision\"],\"limit\":20}")
                .path("events");
        return StreamSupport.stream(events.spliterator(), false)
                .filter(event -> event.path("decision").asString("").equals("rollback"))
                .map(event -> event.path("seq").asLong())
                .findFirst();
    }

    private static int post(ServerProcess server, byte[] body, Optional<String> signature) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.uri().resolve("/signals/pager"))
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        signature.ifPresent(header -> request.header(HmacSignature.HEADER, header));
        return HttpClient.newHttpClient()
                .send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private static byte[] recorded(String name) throws IOException {
        try (InputStream in = SignalsIT.class.getResourceAsStream("signal/" + name)) {
            return Optional.ofNullable(in).orElseThrow().readAllBytes();
        }
    }
}

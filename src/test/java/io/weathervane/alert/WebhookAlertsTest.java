package io.weathervane.alert;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditKind;
import io.weathervane.audit.AuditLog;
import io.weathervane.audit.NewAuditEvent;
import io.weathervane.store.SqliteDatabase;
import io.weathervane.store.StoreOptions;
import io.weathervane.store.WriteReceipt;
import io.weathervane.testing.Await;
import io.weathervane.testing.ReservedPort;
import io.weathervane.util.HmacSignature;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class WebhookAlertsTest {
    private static final AlertRetryOptions FAST = new AlertRetryOptions(Duration.ofMillis(5), Duration.ofMillis(50));

    /** The receivers here close the connection on it, as a firewall does. */
    private static final String POISON = "INSERT OR REPLACE";

    @TempDir
    Path folder;

    private SqliteDatabase database;
    private AuditLog audit;

    @BeforeEach
    void open() {
        database = SqliteDatabase.open(folder.resolve("orchestrator.db"), StoreOptions.defaults());
        audit = new AuditLog(database, Clock.systemUTC());
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aDeadReceiverAndARestartLoseNothing() throws Exception {
        try (ReservedPort port = ReservedPort.take()) {
            WebhookSinkConfig sink = sink(URI.create("http://127.0.0.1:" + port.number() + "/hook"));
            try (WebhookAlerts alerts = start(sink)) {
                audit.append(entry(AuditKind.ROLLBACK_EXECUTED, "one"));
                Await.until(
                        "a failed try", () -> alerts.status().get(0).lastError().isPresent());
            }
            audit.append(entry(AuditKind.ESCALATION_TRIGGERED, "two"));

            try (Receiver back = new Receiver(port.number(), 200);
                    WebhookAlerts alerts = start(sink)) {
                Await.until("both delivered", () -> alerts.status().get(0).delivered() == 2);

                assertThat(back.texts())
                        .containsExactlyInAnyOrder("Automatic rollback executed: one", "Escalation triggered: two");
                assertThat(alerts.status().get(0).pending()).isZero();
                assertThat(alerts.status().get(0).oldestPending()).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 503, 408, 429, 404, 401, 403, 302})
    void triesAgainUntilTheReceiverTakesIt(int status) throws Exception {
        try (Receiver receiver = new Receiver(status, status, status, status, 200);
                WebhookAlerts alerts = start(sink(receiver.url()))) {
            audit.append(entry(AuditKind.ROLLBACK_FAILED, "x"));

            Await.until("delivered", () -> alerts.status().get(0).delivered() == 1);
            assertThat(receiver.requests).hasSize(5);
            assertThat(receiver.requests.stream().map(Request::id).distinct()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 410})
    void givesUpWhatTheReceiverRefusesAndGoesOn(int status) throws Exception {
        try (Receiver receiver = new Receiver(status, status, status, 200);
                WebhookAlerts alerts = start(sink(receiver.url()))) {
            audit.append(entry(AuditKind.KILL_SWITCH_ACTIVATED, "x"));
            Await.until("abandoned", () -> alerts.status().get(0).abandoned() == 1);
            audit.append(entry(AuditKind.KILL_SWITCH_RESET, "y"));

            Await.until("the next delivered", () -> alerts.status().get(0).delivered() == 1);
            assertThat(receiver.requests).hasSize(WebhookDeliveryLoop.REFUSED_TRIES_MAX + 1);
            assertThat(alerts.status().get(0).lastError()).contains("HTTP " + status);
            Await.until(
                    "it is told",
                    () -> alerts.problems().stream()
                            .anyMatch(problem ->
                                    problem.contains("1 alerts to 127.0.0.1") && problem.contains("abandoned")));
        }
    }

    @Test
    void aReceiverThatRefusesIsToldAfterItsFirstAnswerUntilItTakesOne() throws Exception {
        try (Receiver receiver = new Receiver(404);
                WebhookAlerts alerts = start(sink(receiver.url()))) {
            audit.append(entry(AuditKind.KILL_SWITCH_ACTIVATED, "x"));

            Await.until(
                    "it is told",
                    () -> alerts.problems().stream()
                            .anyMatch(problem -> problem.contains("fail and are tried again")
                                    && problem.endsWith("last error: HTTP 404")));
        }
        try (Receiver receiver = new Receiver(404, 200);
                WebhookAlerts alerts = start(sink(receiver.url()))) {
            audit.append(entry(AuditKind.KILL_SWITCH_RESET, "y"));
            Await.until("delivered", () -> alerts.status().get(0).delivered() > 0);
            Await.until("all is well", () -> alerts.problems().isEmpty());
        }
    }

    @Test
    void aReceiverThatHangsHoldsUpNobodyElse() throws Exception {
        try (Receiver hanging = new Receiver(-1);
                Receiver good = new Receiver(200);
                WebhookAlerts alerts = start(sink(hanging.url()), sink(good.url()))) {
            audit.append(entry(AuditKind.ROLLBACK_EXECUTED, "x"));

            Await.until("the good one has it", () -> alerts.status().get(1).delivered() == 1);
            Await.until(
                    "the hanging one is to get it", () -> alerts.status().get(0).pending() == 1);
            assertThat(alerts.status().get(0).delivered()).isZero();
        }
    }

    @Test
    void anAlertThatTheReceiverCannotTakeLetsTheOthersPass() throws Exception {
        try (Receiver receiver = new Receiver(200);
                WebhookAlerts alerts = start(sink(receiver.url()))) {
            audit.append(entry(AuditKind.KILL_SWITCH_ACTIVATED, POISON));
            Await.until("it was tried", () -> receiver.requests.size() > 1);
            audit.append(entry(AuditKind.KILL_SWITCH_RESET, "reset"));
            audit.append(entry(AuditKind.KILL_SWITCH_ACTIVATED, "page me"));

            Await.until("the others have arrived", () -> alerts.status().get(0).delivered() == 2);
            assertThat(alerts.status().get(0).pending()).isEqualTo(1);
            assertThat(alerts.status().get(0).abandoned()).isZero();
        }
    }

    @Test
    void theNewestOfWhatCannotWaitGoesFirst() throws Exception {
        try (Receiver receiver = new Receiver(200)) {
            WebhookSinkConfig sink = sink(receiver.url());
            try (WebhookAlerts alerts = start(sink)) {
                assertThat(alerts.status()).hasSize(1);
            }
            audit.append(entry(AuditKind.KILL_SWITCH_RESET, "by the way"));
            audit.append(entry(AuditKind.ESCALATION_TRIGGERED, "older"));
            audit.append(entry(AuditKind.ESCALATION_TRIGGERED, "newer"));
            try (WebhookAlerts alerts = start(sink)) {
                Await.until("all delivered", () -> alerts.status().get(0).delivered() == 3);
            }

            assertThat(receiver.texts())
                    .containsExactly(
                            "Escalation triggered: newer",
                            "Escalation triggered: older",
                            "Kill switch reset (DISABLE_NEW=0): by the way");
        }
    }

    @Test
    void isSentPastTheDatabaseWhileThatIsLockedAndNotAgainWhenItIsBack() throws Exception {
        try (Receiver receiver = new Receiver(200);
                WebhookAlerts alerts = start(sink(receiver.url()))) {
            try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + database.file());
                    Statement lock = other.createStatement()) {
                lock.execute("BEGIN EXCLUSIVE");
                WriteReceipt receipt = database.deferredWrites()
                        .submit(List.of(audit.deferred(entry(AuditKind.ESCALATION_TRIGGERED, "locked"))));

                Await.until("it has arrived", () -> receiver.requests.size() == 1);
                assertThat(receipt.isDone()).isFalse();
            }
            Await.until("the outbox knows of it", () -> alerts.status().get(0).delivered() == 1);
            audit.append(entry(AuditKind.ESCALATION_TRIGGERED, "after"));
            Await.until("the next is delivered", () -> alerts.status().get(0).delivered() == 2);

            assertThat(receiver.texts()).containsExactly("Escalation triggered: locked", "Escalation triggered: after");
            JsonNode direct =
                    JsonMapper.shared().readTree(receiver.requests.get(0).body());
            assertThat(direct.path("direct").booleanValue()).isTrue();
            assertThat(direct.path("seq").isNull()).isTrue();
        }
    }

    @Test
    void whatWasGivenUpPastTheDatabaseIsKnownAsThatThenAndWhenItIsBack() throws Exception {
        try (Receiver receiver = new Receiver(410);
                WebhookAlerts alerts = start(sink(receiver.url()))) {
            try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + database.file());
                    Statement lock = other.createStatement()) {
                lock.execute("BEGIN EXCLUSIVE");
                WriteReceipt receipt = database.deferredWrites()
                        .submit(List.of(audit.deferred(entry(AuditKind.ESCALATION_TRIGGERED, "locked"))));

                Await.until("it is told", () -> saysAbandoned(alerts, 1));
                assertThat(alerts.status().get(0).abandoned()).isEqualTo(1);
                assertThat(alerts.problems()).noneMatch(problem -> problem.contains("not delivered yet"));
                assertThat(receipt.isDone()).isFalse();
            }
            Await.until("the outbox has it", () -> outboxSays("given-up", 3, "HTTP 410"));
            Await.until("it counts once", () -> alerts.status().get(0).abandoned() == 1 && saysAbandoned(alerts, 1));
            assertThat(alerts.status().get(0).delivered()).isZero();
            assertThat(receiver.requests).hasSize(WebhookDeliveryLoop.REFUSED_TRIES_MAX);
        }
        try (Receiver receiver = new Receiver(200);
                WebhookAlerts next = start(sink(receiver.url()))) {
            assertThat(next.status().get(0).delivered()).isZero();
        }
    }

    @Test
    void whatIsGivenUpUnderALockIsToldAtOnce() throws Exception {
        try (Receiver receiver = new Receiver(410);
                WebhookAlerts alerts = start(sink(receiver.url()))) {
            audit.append(entry(AuditKind.ESCALATION_TRIGGERED, "before the lock"));
            Await.until("it was tried", () -> !receiver.requests.isEmpty());
            try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + database.file());
                    Statement lock = other.createStatement()) {
                lock.execute("PRAGMA busy_timeout = 20000");
                lock.execute("BEGIN IMMEDIATE");
                Await.until("it is told", () -> saysAbandoned(alerts, 1));
                Await.until("it counts once", () -> alerts.status().get(0).abandoned() == 1);
                assertThat(alerts.status().get(0).pending()).isZero();
            }
            Await.until("the outbox has it", () -> outboxSays("given-up", 3, "HTTP 410"));
            Await.until("it counts once", () -> alerts.status().get(0).abandoned() == 1 && saysAbandoned(alerts, 1));
        }
    }

    private static boolean saysAbandoned(WebhookAlerts alerts, int count) {
        return alerts.problems().stream()
                .anyMatch(problem ->
                        problem.startsWith(count + " alerts to 127.0.0.1") && problem.contains("were abandoned"));
    }

    private boolean outboxSays(String state, int tries, String why) {
        return database.read(sql -> sql.first(
                        "SELECT 1 FROM alert_outbox WHERE state = ? AND tries = ? AND last_error = ?",
                        row -> true,
                        state,
                        tries,
                        why))
                .isPresent();
    }

    @Test
    void isSentPastTheDatabaseWhileThatIsGone() throws Exception {
        try (Receiver receiver = new Receiver(200);
                WebhookAlerts alerts = start(sink(receiver.url()))) {
            Path away = folder.resolve("away.db");
            Files.move(database.file(), away);
            database.deferredWrites().submit(List.of(audit.deferred(entry(AuditKind.STORE_DEGRADED, "gone"))));

            Await.until("it has arrived", () -> receiver.requests.size() == 1);
            assertThat(alerts.status()).hasSize(1);
            Files.move(away, database.file());
            Await.until("the outbox knows of it", () -> alerts.status().get(0).delivered() == 1);
            assertThat(receiver.requests).hasSize(1);
        }
    }

    @Test
    void twoServersNeverUseOneId() throws Exception {
        try (Receiver receiver = new Receiver(200);
                SqliteDatabase second =
                        SqliteDatabase.open(folder.resolve("second/orchestrator.db"), StoreOptions.defaults())) {
            Clock clock = Clock.fixed(Instant.parse("2026-11-29T12:00:00Z"), ZoneOffset.UTC);
            for (SqliteDatabase one : List.of(database, second)) {
                AuditLog log = new AuditLog(one, clock);
                try (WebhookAlerts alerts = WebhookAlerts.start(
                        new AlertSource(one, log, Optional::empty),
                        List.of(sink(receiver.url())),
                        FAST,
                        text -> text,
                        clock)) {
                    log.append(entry(AuditKind.ESCALATION_TRIGGERED, "the same"));
                    Await.until("delivered", () -> alerts.status().get(0).delivered() == 1);
                }
            }

            assertThat(receiver.requests.stream().map(Request::id)).hasSize(2).doesNotHaveDuplicates();
        }
    }

    @Test
    void aRollbackByAPersonIsToldAsHers() throws Exception {
        try (Receiver receiver = new Receiver(200);
                WebhookAlerts alerts = start(sink(receiver.url()))) {
            Actor operator = new Actor("operator-1");
            audit.append(NewAuditEvent.of(
                    AuditKind.ROLLBACK_EXECUTED, operator, reason("it is slow").put("automatic", false)));
            audit.append(NewAuditEvent.of(
                    AuditKind.ROLLBACK_EXECUTED, operator, reason("by night").put("manual", true)));
            audit.append(NewAuditEvent.of(
                    AuditKind.ROLLBACK_EXECUTED,
                    Actor.SYSTEM,
                    reason("High error rate").put("automatic", true)));

            Await.until("delivered", () -> alerts.status().get(0).delivered() == 3);
            assertThat(receiver.texts())
                    .containsExactlyInAnyOrder(
                            "Rolled back by operator-1: it is slow",
                            "Rolled back by operator-1: by night",
                            "Automatic rollback executed: High error rate");
        }
    }

    @Test
    void tellsNobodyOfWhatIsNoAlertOrWasBeforeTheSink() throws Exception {
        audit.append(entry(AuditKind.ROLLBACK_EXECUTED, "before"));
        try (Receiver receiver = new Receiver(200);
                WebhookAlerts alerts = start(sink(receiver.url()))) {
            audit.append(entry(AuditKind.DECISION, "healthy"));
            audit.append(entry(AuditKind.FLAG_CHANGED, "x"));
            audit.append(entry(AuditKind.STORE_DEGRADED, "after"));

            Await.until("delivered", () -> alerts.status().get(0).delivered() == 1);
            assertThat(receiver.texts()).containsExactly("Database unreadable: flags at safe defaults: after");
        }
    }

    @Test
    void receiversOfANewConfigurationAreSentToFromThenOnAndThoseThatAreLeftNoLonger() throws Exception {
        try (Receiver left = new Receiver(200);
                Receiver stays = new Receiver(200);
                Receiver added = new Receiver(200);
                WebhookAlerts alerts = start(sink(left.url()), sink(stays.url()))) {
            audit.append(entry(AuditKind.ROLLBACK_EXECUTED, "before"));
            Await.until(
                    "both have it", () -> left.texts().size() + stays.texts().size() == 2);

            alerts.prepare(List.of(sink(stays.url()), sink(added.url()))).run();
            audit.append(entry(AuditKind.ROLLBACK_EXECUTED, "after"));
            Await.until(
                    "both have it", () -> stays.texts().size() + added.texts().size() == 3);

            assertThat(left.texts()).containsExactly("Automatic rollback executed: before");
            assertThat(stays.texts())
                    .containsExactly("Automatic rollback executed: before", "Automatic rollback executed: after");
            assertThat(added.texts()).containsExactly("Automatic rollback executed: after");
            assertThat(alerts.status()).hasSize(2);
        }
    }

    @Test
    void manyAlertsArriveOnceEachAndInOrder() throws Exception {
        try (Receiver receiver = new Receiver(200)) {
            WebhookSinkConfig sink = sink(receiver.url());
            try (WebhookAlerts alerts = start(sink)) {
                assertThat(alerts.status()).hasSize(1);
            }
            for (int i = 0; i < AlertOutbox.EVENTS_MAX + 30; i++) {
                audit.append(entry(AuditKind.WORKER_EXITED, "n" + i));
            }
            try (WebhookAlerts alerts = start(sink)) {
                Await.until("all delivered", () -> alerts.status().get(0).delivered() == AlertOutbox.EVENTS_MAX + 30);
            }

            assertThat(receiver.requests.stream().map(Request::id)).doesNotHaveDuplicates();
            assertThat(receiver.requests.stream().map(Request::seq)).isSorted();
        }
    }

    @Test
    void anAlertSaysWhatHappenedAndIsSigned() throws Exception {
        try (Receiver receiver = new Receiver(200);
                WebhookAlerts alerts =
                        start(new WebhookSinkConfig(receiver.url(), Optional.of("s3cret"), Duration.ofSeconds(5)))) {
            long seq = audit.append(NewAuditEvent.forPromotion(
                            AuditKind.ESCALATION_TRIGGERED, Actor.SYSTEM, "p-1", reason("2+ failures; hunter2")))
                    .seq();

            Await.until("delivered", () -> alerts.status().get(0).delivered() == 1);
            Request request = receiver.requests.get(0);
            JsonNode body = JsonMapper.shared().readTree(request.body());
            assertThat(body.path("type").stringValue()).isEqualTo("escalation_triggered");
            assertThat(body.path("severity").stringValue()).isEqualTo("critical");
            assertThat(body.path("text").stringValue())
                    .isEqualTo("Escalation triggered: 2+ failures; ****** (promotion p-1)");
            assertThat(body.path("seq").longValue()).isEqualTo(seq);
            assertThat(body.path("promotionId").stringValue()).isEqualTo("p-1");
            assertThat(Instant.parse(body.path("at").stringValue()))
                    .isBefore(Instant.now().plusSeconds(1));
            assertThat(body.path("details").path("reason").stringValue()).isEqualTo("2+ failures; ******");
            assertThat(request.id())
                    .matches("[0-9a-f]{8}-[0-9a-f]{16}")
                    .isEqualTo(body.path("id").stringValue());
            String signature = request.header("X-WeatherVane-Signature");
            Instant signedAt = Instant.ofEpochSecond(Long.parseLong(signature.substring(2, signature.indexOf(','))));
            assertThat(signature)
                    .isEqualTo(HmacSignature.header(
                            "s3cret", signedAt, request.body().getBytes(StandardCharsets.UTF_8)));
        }
    }

    @Test
    void signsAsAReceiverWouldCheck() {
        // printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac key
        assertThat(HmacSignature.header(
                        "key", Instant.ofEpochSecond(1_700_000_000), "{\"a\":1}".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("t=1700000000,v1=a438e398bfafc57e4396bb7fc2304422f0f768e965d073ca313cb52e22e6ad03");
    }

    @Test
    void waitsTwiceAsLongEachTimeUpToACap() {
        AlertRetryOptions options = AlertRetryOptions.defaults();

        assertThat(options.retryAfter(1, 1)).isEqualTo(Duration.ofSeconds(1));
        assertThat(options.retryAfter(1, 0)).isEqualTo(Duration.ofMillis(500));
        assertThat(options.retryAfter(4, 1)).isEqualTo(Duration.ofSeconds(8));
        assertThat(options.retryAfter(1_000_000, 1)).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void aSinkNeverShowsItsSecretsAsText() {
        WebhookSinkConfig sink = new WebhookSinkConfig(
                URI.create("https://hooks.example/T0/abc"), Optional.of("s3cret"), Duration.ofSeconds(1));

        assertThat(sink.toString()).matches("WebhookSink\\[hooks\\.example#[0-9a-f]{8}, signed]");
    }

    private WebhookAlerts start(WebhookSinkConfig... sinks) {
        return WebhookAlerts.start(
                new AlertSource(database, audit, Optional::empty),
                List.of(sinks),
                FAST,
                text -> text.replace("hunter2", "******"),
                Clock.systemUTC());
    }

    private static WebhookSinkConfig sink(URI url) {
        return new WebhookSinkConfig(url, Optional.empty(), Duration.ofSeconds(20));
    }

    private static NewAuditEvent entry(AuditKind kind, String reason) {
        return NewAuditEvent.of(kind, Actor.SYSTEM, reason(reason));
    }

    private static ObjectNode reason(String reason) {
        return JsonMapper.shared().createObjectNode().put("reason", reason);
    }

    /** What a receiver got. */
    private record Request(String id, Map<String, List<String>> headers, String body) {
        long seq() {
            return JsonMapper.shared().readTree(body).path("seq").longValue();
        }

        String header(String name) {
            return headers.entrySet().stream()
                    .filter(header -> header.getKey().equalsIgnoreCase(name))
                    .map(header -> header.getValue().get(0))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** A real HTTP server that answers with one status after the other, and with the last from then on; -1 hangs. */
    private static final class Receiver implements AutoCloseable {
        private final List<Request> requests = new CopyOnWriteArrayList<>();
        private final CountDownLatch closing = new CountDownLatch(1);
        private final AtomicInteger answered = new AtomicInteger();
        private final HttpServer server;

        Receiver(int... statuses) throws IOException {
            this(statuses, 0);
        }

        Receiver(int port, int status) throws IOException {
            this(new int[] {status}, port);
        }

        private Receiver(int[] statuses, int port) throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
            server.setExecutor(Executors.newCachedThreadPool());
            server.createContext("/", exchange -> {
                String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                Map<String, List<String>> headers = Map.copyOf(exchange.getRequestHeaders());
                requests.add(
                        new Request(exchange.getRequestHeaders().getFirst("X-WeatherVane-Event-Id"), headers, body));
                int status = statuses[Math.min(answered.getAndIncrement(), statuses.length - 1)];
                if (status < 0) {
                    awaitClosing();
                }
                if (body.contains(POISON)) {
                    exchange.close();
                    return;
                }
                exchange.sendResponseHeaders(Math.max(status, 200), -1);
                exchange.close();
            });
            server.start();
        }

        private void awaitClosing() {
            try {
                closing.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        URI url() {
            return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/hook");
        }

        List<String> texts() {
            return requests.stream()
                    .map(request -> JsonMapper.shared()
                            .readTree(request.body())
                            .path("text")
                            .stringValue())
                    .toList();
        }

        @Override
        public void close() {
            closing.countDown();
            server.stop(0);
            ((ExecutorService) server.getExecutor()).shutdownNow();
        }
    }
}

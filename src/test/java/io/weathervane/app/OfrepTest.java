package io.weathervane.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.auth.TokenHashFileStore;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.testing.Await;
import io.weathervane.tool.CallerRole;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code /ofrep/v1} over HTTP, with the flags and the kill switch of a server as production starts it. */
class OfrepTest {
    private static final String CONTEXT = "{\"context\":{\"targetingKey\":\"user-1\"}}";
    private static final String FLAGS = "/ofrep/v1/evaluate/flags";

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    private Path folder;

    private TestServer server;
    private URI base;

    @BeforeEach
    void start() {
        server = TestServer.start(
                folder, "flags: [{key: NEW_PLANNER, type: boolean, default: '0', description: Plans.}]");
        base = server.listen(server.dispatcher(tools -> tools)).resolve("/");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aFlagThatIsNotThereIsNamedWithTheNearestOne() {
        HttpResponse<String> answer = post(FLAGS + "/NEW_PLANER", CONTEXT);

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(json(answer).path("errorCode").asString()).isEqualTo("FLAG_NOT_FOUND");
        assertThat(json(answer).path("key").asString()).isEqualTo("NEW_PLANER");
        assertThat(json(answer).path("errorDetails").asString()).contains("did you mean NEW_PLANNER?");
    }

    @Test
    void whatIsNoEvaluationIsRefusedByItsCode() {
        assertThat(json(post(FLAGS + "/NEW_PLANNER", "{")).path("errorCode").asString())
                .isEqualTo("PARSE_ERROR");
        assertThat(json(post(FLAGS, "{\"context\":[]}")).path("errorCode").asString())
                .isEqualTo("INVALID_CONTEXT");
        assertThat(post(FLAGS, "{\"context\":{\"text\":\"" + "x".repeat(1_000_000) + "\"}}")
                        .statusCode())
                .isEqualTo(413);
        assertThat(get(FLAGS).statusCode()).isEqualTo(405);
        assertThat(post("/ofrep/v1/nothing", "{}").statusCode()).isEqualTo(404);
    }

    @Test
    void aFlagHasTheValueOfItsType() {
        assertThat(one("NEW_PLANNER").toString())
                .startsWith("{\"key\":\"NEW_PLANNER\",\"value\":false,\"reason\":\"STATIC\",\"variant\":\"off\"");
        assertThat(one("CRITIC_INTELLIGENCE_LEVEL").path("value").isIntegralNumber())
                .isTrue();
        assertThat(one("RESEARCH_TRIGGER_SENSITIVITY")
                        .path("value")
                        .decimalValue()
                        .toString())
                .isEqualTo("0.5");
        assertThat(one("PROMPT_MODE").path("value").asString()).isEqualTo("compact");
        assertThat(one("PROMPT%5FMODE").path("variant").asString()).isEqualTo("compact");
        server.done("mcp_admin_flags", "{'action': 'set', 'flags': {'NEW_PLANNER': '1'}}");
        assertThat(one("NEW_PLANNER").path("value").asBoolean()).isTrue();
    }

    @Test
    void aLargeContextWithinTheLimitIsFine() {
        assertThat(post(FLAGS + "/NEW_PLANNER", "{\"context\":{\"text\":\"" + "x".repeat(900_000) + "\"}}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(post(FLAGS + "/NEW_PLANNER", "").statusCode()).isEqualTo(200);
    }

    @Test
    void theKillSwitchGivesEveryFlagItsSafeDefaultAtTheNextEvaluation() {
        server.done("mcp_admin_flags", "{'action': 'set', 'flags': {'NEW_PLANNER': '1'}}");
        String before = etag(post(FLAGS, CONTEXT));

        server.done("kill_switch_engage", "{'reason': 'test'}");

        JsonNode one = one("NEW_PLANNER");
        assertThat(one.path("value").asBoolean(true)).isFalse();
        assertThat(one.path("reason").asString()).isEqualTo("DISABLED");
        assertThat(one.path("variant").asString()).isEqualTo("safe-default");
        assertThat(one.at("/metadata/killSwitch").asBoolean()).isTrue();
        assertThat(one.at("/metadata/epoch").asLong())
                .isEqualTo(server.readers().epoch());
        assertThat(one("DISABLE_NEW").path("value").asBoolean()).isTrue();
        assertThat(one("DISABLE_NEW").path("reason").asString()).isEqualTo("STATIC");
        HttpResponse<String> all = post(FLAGS, CONTEXT, "If-None-Match", before);
        assertThat(all.statusCode()).isEqualTo(200);
        assertThat(json(all).path("flags")).hasSize(23);
    }

    @Test
    void nothingIsSentAgainThatTheClientHas() {
        HttpResponse<String> first = post(FLAGS, CONTEXT);
        String etag = etag(first);

        assertThat(first.statusCode()).isEqualTo(200);
        HttpResponse<String> again = post(FLAGS, CONTEXT, "If-None-Match", etag);
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(etag(again)).isEqualTo(etag);
        assertThat(post(FLAGS + "/", CONTEXT, "If-None-Match", "W/" + etag).statusCode())
                .isEqualTo(304);
        assertThat(post(FLAGS + "?flagConfigEtag=" + "x", CONTEXT, "If-None-Match", "\"other\"")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void aStreamTellsOfAnEngageAndTheFetchAfterItIsTheAcknowledgement() throws IOException {
        try (Events events = open(streamAddress())) {
            fetchAfter(events.next());
            Await.until(
                    "the reader is at the first epoch", () -> server.readers().isComplete());

            server.done("kill_switch_engage", "{'reason': 'test'}");
            JsonNode event = events.next();

            assertThat(event.path("type").asString()).isEqualTo("refetchEvaluation");
            assertThat(server.readers().acknowledged()).isZero();
            assertThat(server.readers().sentence()).contains("0 of 1 reader at epoch", "not yet");
            assertThat(fetchAfter(event).at("/metadata/killSwitch").asBoolean()).isTrue();
            Await.until("the reader has acknowledged", () -> server.readers().isComplete());
            assertThat(server.readers().sentence())
                    .startsWith("1 of 1 reader at epoch")
                    .contains("the last after");
        }
    }

    @Test
    void aWaitThatCannotBeReadHoldsUpNoEngage() {
        JsonNode answer = server.done("kill_switch_engage", "{'wait': '5'}");

        assertThat(answer.at("/killSwitch/engaged").asBoolean()).isTrue();
        assertThat(answer.path("verified").asBoolean(true)).isFalse();
        assertThat(server.textOf("kill_switch_engage", "{'wait': '5'}"))
                .contains("\"5\" is no duration", "500ms or 5s");
    }

    @Test
    void aClientWhoseFetchFailedIsToldAgain() throws IOException {
        try (Events events = open(streamAddress())) {
            JsonNode first = events.next();

            assertThat(events.next().path("etag")).isEqualTo(first.path("etag"));
        }
    }

    @Test
    void aClientThatComesBackIsOneReader() throws IOException {
        try (Events first = open(streamAddress())) {
            String last = first.next().path("etag").asString().replace("\"", "");
            try (Events again = open(streamAddress(), "Last-Event-ID", last)) {
                fetchAfter(again.next());
                Await.until("it has acknowledged", () -> server.readers().isComplete());

                assertThat(server.readers().readers()).isEqualTo(1);
            }
        }
    }

    @Test
    void anEngageIsVerifiedByItsReadersAndByNothingElse() throws Exception {
        JsonNode unproven = server.done("kill_switch_engage", "{'wait': '1s'}");
        assertThat(unproven.path("verified").asBoolean(true)).isFalse();
        assertThat(server.textOf("kill_switch_engage", "{'wait': '1s'}")).contains("no reader of the flags is known");
        long epoch = one("NEW_PLANNER").at("/metadata/epoch").asLong();
        post("/ofrep/v1/ack", "{\"reader\":\"batch\",\"epoch\":" + (epoch - 1) + "}");

        JsonNode missing = server.done("kill_switch_engage", "{'wait': '50ms'}");
        assertThat(missing.path("verified").asBoolean(true)).isFalse();
        assertThat(missing.at("/readers/waiting/0/name").asString()).isEqualTo("batch");
        post("/ofrep/v1/ack", "{\"reader\":\"batch\",\"epoch\":" + epoch + "}");

        assertThat(server.textOf("kill_switch_engage", "{'wait': '10s'}"))
                .contains("Acknowledged: 1 of 1 reader at epoch");
        assertThat(server.done("kill_switch_engage", "{'wait': '10s'}")
                        .path("verified")
                        .asBoolean())
                .isTrue();
        assertThat(server.health().at("/switch/readers").asInt()).isEqualTo(1);
        assertThat(server.health().at("/switch/acknowledged").asInt()).isEqualTo(1);
        assertThat(server.textOf("monitor_status", "{}")).contains("Flags: 1 of 1 reader at epoch");
        assertThat(server.done("monitor_status", "{}")
                        .at("/readers/acknowledged")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void theAuditSaysWhoAcknowledgedAnEngagementOnceAllHave() throws Exception {
        long before = one("NEW_PLANNER").at("/metadata/epoch").asLong();
        post("/ofrep/v1/ack", "{\"reader\":\"batch\",\"epoch\":" + before + "}");
        post("/ofrep/v1/ack", "{\"reader\":\"web\",\"epoch\":" + before + "}");

        server.done("kill_switch_engage", "{'reason': 'an incident'}");
        long epoch = one("NEW_PLANNER").at("/metadata/epoch").asLong();
        post("/ofrep/v1/ack", "{\"reader\":\"batch\",\"epoch\":" + epoch + "}");
        assertThat(server.newest("kill-switch-acknowledged").isMissingNode())
                .as("one has not yet")
                .isTrue();
        post("/ofrep/v1/ack", "{\"reader\":\"web\",\"epoch\":" + epoch + "}");

        Await.until(
                "it is recorded",
                () -> server.newest("kill-switch-acknowledged").isObject());
        assertThat(server.newest("kill-switch-acknowledged").path("payload").toString())
                .contains("2 of 2 readers at epoch " + epoch + ", the last after");
    }

    @Test
    void eachEngagementIsRecordedAlsoOneThatComesWhileAnotherIsWaitedForAndOneThatComesLater() throws Exception {
        acknowledge("batch");
        engageAndReset();
        server.done("kill_switch_engage", "{'reason': 'the second incident'}");
        acknowledge("batch");
        Await.until("both are recorded", () -> acknowledgements() == 2);

        server.done("mcp_admin_flags", "{'action': 'set', 'flags': {'DISABLE_NEW': '0'}}");
        server.done("kill_switch_engage", "{'reason': 'the third incident'}");
        acknowledge("batch");
        Await.until("the third is recorded", () -> acknowledgements() == 3);
    }

    private void engageAndReset() {
        server.done("kill_switch_engage", "{'reason': 'the first incident'}");
        server.done("mcp_admin_flags", "{'action': 'set', 'flags': {'DISABLE_NEW': '0'}}");
    }

    private void acknowledge(String reader) throws Exception {
        long epoch = one("NEW_PLANNER").at("/metadata/epoch").asLong();
        post("/ofrep/v1/ack", "{\"reader\":\"" + reader + "\",\"epoch\":" + epoch + "}");
    }

    private int acknowledgements() {
        return server.done("audit_query", "{'kinds': ['kill-switch-acknowledged']}")
                .path("events")
                .size();
    }

    @Test
    void theAuditSaysWhoHasNotAcknowledgedAnEngagementInTime() throws Exception {
        long before = one("NEW_PLANNER").at("/metadata/epoch").asLong();
        post("/ofrep/v1/ack", "{\"reader\":\"batch\",\"epoch\":" + before + "}");

        server.done("kill_switch_engage", "{'reason': 'an incident'}");

        Await.until(
                "it is recorded",
                () -> server.newest("kill-switch-acknowledged").isObject());
        assertThat(server.newest("kill-switch-acknowledged").path("payload").toString())
                .contains("0 of 1 reader at epoch", "batch not yet");
    }

    @Test
    void aProgramAcknowledgesByItself() {
        long epoch = one("NEW_PLANNER").at("/metadata/epoch").asLong();

        HttpResponse<String> answer = post("/ofrep/v1/ack", "{\"reader\":\"batch\",\"epoch\":" + epoch + "}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer).path("epoch").asLong()).isEqualTo(epoch);
        assertThat(server.readers().sentence()).startsWith("1 of 1 reader");
        HttpResponse<String> lie = post("/ofrep/v1/ack", "{\"reader\":\"batch\",\"epoch\":" + (epoch + 1) + "}");
        assertThat(lie.statusCode()).isEqualTo(400);
        assertThat(lie.body()).contains("the flags never had the epoch");
        assertThat(post("/ofrep/v1/ack", "{\"epoch\":1}").statusCode()).isEqualTo(400);
        assertThat(post("/ofrep/v1/ack", "{\"reader\":\"batch\"}").statusCode()).isEqualTo(400);
        assertThat(post("/ofrep/v1/ack", "").statusCode()).isEqualTo(400);
    }

    @Test
    void aTokenThatIsBeingReplacedIsToldToComeBackAndAnUnknownOneIsNot() throws IOException {
        TokenHashFileStore tokens = new TokenHashFileStore(folder.resolve("tokens.json"));
        String old = tokens.create("page", Set.of(CallerRole.VIEWER), Instant.now(), Optional.empty());
        base = server.listenWithTokens(tokens.path()).resolve("/");
        assertThat(post(FLAGS, CONTEXT).statusCode()).isEqualTo(401);
        assertThat(post(FLAGS, CONTEXT, "Authorization", "Bearer wvt_" + "x".repeat(43))
                        .statusCode())
                .isEqualTo(401);
        assertThat(post(FLAGS, CONTEXT, "X-API-Key", old).statusCode()).isEqualTo(200);
        String stream = json(post(FLAGS, CONTEXT, "Authorization", "Bearer " + old))
                .at("/eventStreams/0/endpoint/requestUri")
                .asString();
        assertThat(stream).contains("ticket=").doesNotContain(old);
        try (Events events = open(stream)) {
            assertThat(events.next().path("type").asString()).isEqualTo("refetchEvaluation");
        }
        String ticket = stream.substring(stream.indexOf('?'));
        assertThat(post(FLAGS + ticket, CONTEXT).statusCode()).isEqualTo(401);
        assertThat(post("/ofrep/v1/ack" + ticket, "{}").statusCode()).isEqualTo(401);
        assertThat(get("/ofrep/v1/events?ticket=forged").statusCode()).isEqualTo(401);

        tokens.revoke("page");

        HttpResponse<String> meanwhile = post(FLAGS, CONTEXT, "Authorization", "Bearer " + old);
        assertThat(meanwhile.statusCode()).isEqualTo(503);
        assertThat(meanwhile.headers().firstValue("Retry-After")).contains("1");
        assertThat(meanwhile.body()).doesNotContain("flags\":");
    }

    @Test
    void aPageOfAnAllowedOriginReadsTheTag() throws IOException {
        TokenHashFileStore tokens = new TokenHashFileStore(folder.resolve("tokens.json"));
        String token = tokens.create("page", Set.of(CallerRole.VIEWER), Instant.now(), Optional.empty());
        base = server.listenWithTokens(tokens.path()).resolve("/");
        HttpResponse<String> answer = send(request(FLAGS, CONTEXT, "X-API-Key", token, "Origin", "http://page.test"));

        assertThat(answer.headers().firstValue("Access-Control-Expose-Headers").orElseThrow())
                .contains("ETag");
    }

    private String streamAddress() {
        return json(post(FLAGS, CONTEXT))
                .at("/eventStreams/0/endpoint/requestUri")
                .asString();
    }

    private JsonNode one(String key) {
        HttpResponse<String> answer = post(FLAGS + "/" + key, CONTEXT);
        assertThat(answer.statusCode()).isEqualTo(200);
        return json(answer);
    }

    private JsonNode fetchAfter(JsonNode event) {
        String tag = event.path("etag").asString().replace("\"", "%22");
        return json(post(FLAGS + "?flagConfigEtag=" + tag, CONTEXT));
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return JsonRpcCodec.JSON.readTree(answer.body());
    }

    private static String etag(HttpResponse<String> answer) {
        return answer.headers().firstValue("ETag").orElseThrow();
    }

    private HttpResponse<String> post(String path, String body, String... headers) {
        return send(request(path, body, headers));
    }

    private HttpRequest request(String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path))
                .header("Content-Type", "application/json; charset=utf-8")
                .POST(BodyPublishers.ofString(body));
        return (headers.length == 0 ? request : request.headers(headers)).build();
    }

    private HttpResponse<String> get(String path) {
        return send(HttpRequest.newBuilder(base.resolve(path)).build());
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Events open(String path, String... headers) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(base.resolve(path));
        HttpRequest request = (headers.length == 0 ? builder : builder.headers(headers)).build();
        try {
            HttpResponse<InputStream> answer = client.send(request, BodyHandlers.ofInputStream());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type")).contains("text/event-stream");
            return new Events(answer.body());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The events of one stream, one after the other. */
    private static final class Events implements AutoCloseable {
        private final BufferedReader lines;

        Events(InputStream body) {
            this.lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
        }

        JsonNode next() throws IOException {
            String line = lines.readLine();
            while (!line.startsWith("data: ")) {
                line = lines.readLine();
            }
            return JsonRpcCodec.JSON.readTree(line.substring("data: ".length()));
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }
}

package io.weathervane.transport.http;

import static io.weathervane.transport.http.HttpFixture.call;
import static io.weathervane.transport.http.HttpFixture.json;
import static io.weathervane.transport.http.HttpFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.auth.AuthConfig;
import io.weathervane.auth.OAuthOptions;
import io.weathervane.auth.OAuthTokenPolicy;
import io.weathervane.auth.TokenHashFileStore;
import io.weathervane.mcp.CallLimits;
import io.weathervane.testing.Await;
import io.weathervane.testing.TestHttp;
import io.weathervane.testing.TestIssuer;
import io.weathervane.tool.CallerRole;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** A server whose callers have to prove who they are: {@code refuse} takes an operator, {@code break} an approver. */
class AuthenticatedHttpTest {
    /** Longer than the calls whose token is not looked at again when they are answered. */
    private static final Duration LOOKED_AT_AGAIN = Duration.ofMillis(60);

    private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
    private static final String LIST = "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/list\"}";
    private static final String INITIALIZE = "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"initialize\",\"params\":{"
            + "\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}}";
    private static final String METADATA =
            "resource_metadata=\"https://ops.example.org/.well-known/oauth-protected-resource/mcp\"";

    @TempDir
    private Path folder;

    private TestIssuer issuer;
    private TokenHashFileStore file;
    private String viewer;
    private String operator;
    private HttpFixture http;

    @BeforeEach
    void start() throws Exception {
        issuer = new TestIssuer();
        file = new TokenHashFileStore(folder.resolve("tokens.json"));
        viewer = token("vera", CallerRole.VIEWER);
        operator = token("olaf", CallerRole.VIEWER, CallerRole.OPERATOR);
        http = fixture(CallerLimitOptions.defaults(), HttpOptions.of("127.0.0.1", 0));
    }

    @AfterEach
    void stop() {
        http.close();
        issuer.close();
    }

    @Test
    void asksWhoShowsNoTokenForOneAndSaysWhereToGetIt() throws Exception {
        HttpResponse<String> response = http.post(PING);

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(challenge(response)).isEqualTo("Bearer " + METADATA + ", scope=\"weathervane:view\"");
        assertThat(json(response).at("/error/message").asString()).contains("a token is needed");
    }

    @Test
    void saysOfABadTokenThatItIsOne() throws Exception {
        HttpResponse<String> response = http.post(PING, "Authorization", "Bearer wvt_unknown");

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(challenge(response)).startsWith("Bearer error=\"invalid_token\", " + METADATA);
        assertThat(response.body()).doesNotContain("wvt_unknown");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer", "Bearer ", "Bearer a b", "Bearer \"x\"", "bearer {}", "Bearer é"})
    void refusesAHeaderThatCannotBeMeant(String header) throws Exception {
        String head = "POST /mcp HTTP/1.1\r\nHost: localhost\r\nAuthorization: " + header
                + "\r\nContent-Type: application/json\r\nContent-Length: " + PING.length() + "\r\n\r\n" + PING;
        try (Socket socket = http.raw(head)) {
            assertThat(HttpFixture.response(socket))
                    .startsWith("HTTP/1.1 400")
                    .contains("WWW-Authenticate: Bearer error=\"invalid_request\"");
        }
    }

    @Test
    void refusesTwoTokensAtOnce() throws Exception {
        HttpResponse<String> response =
                http.post(PING, "Authorization", "Bearer " + viewer, "Authorization", "Bearer " + operator);

        assertThat(response.statusCode()).isEqualTo(400);
    }

    @Test
    void looksForATokenNowhereElse() throws Exception {
        assertThat(http.send("GET", "/health?access_token=" + viewer).body()).isEqualTo("{\"status\":\"ok\"}");
        assertThat(http.send("POST", "/mcp?access_token=" + viewer, "Content-Type", "application/json")
                        .statusCode())
                .isEqualTo(401);
        assertThat(http.post(PING, "Cookie", "access_token=" + viewer).statusCode())
                .isEqualTo(401);
        assertThat(http.post(PING, "X-Api-Key", viewer).statusCode()).isEqualTo(401);
        assertThat(http.post(PING, "Authorization", "Basic " + viewer).statusCode())
                .isEqualTo(401);
    }

    @Test
    void listsAndCallsByRole() throws Exception {
        assertThat(names(viewer)).contains("say", "steps").doesNotContain("refuse", "break");
        assertThat(names(operator)).contains("say", "refuse").doesNotContain("break");
        assertThat(names(issuer.token("ada", "weathervane:approve"))).containsExactly("break");

        JsonNode said = json(as(viewer, call(7, "say", "{\"text\":\"hello\"}")));
        assertThat(text(said)).isEqualTo("hello (vera)");
        assertThat(text(json(as(issuer.token("ada", "weathervane:view"), call(7, "say", "{\"text\":\"hello\"}")))))
                .isEqualTo("hello (ada@id.example.org/realms/ops)");
    }

    @Test
    void listsTheSameToEverybodyOfARoleHoweverTheyConnect() throws Exception {
        JsonNode listed = tools(as(viewer, LIST));
        String session =
                as(viewer, INITIALIZE).headers().firstValue("Mcp-Session-Id").orElseThrow();
        String modern =
                "{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"tools/list\",\"params\":{" + HttpFixture.META + "}}";

        assertThat(listed.size()).isPositive();
        assertThat(tools(as(viewer, LIST, "Mcp-Session-Id", session))).isEqualTo(listed);
        assertThat(tools(as(viewer, modern, "MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/list")))
                .isEqualTo(listed);
        assertThat(tools(as(token("vito", CallerRole.VIEWER), LIST))).isEqualTo(listed);
        assertThat(tools(as(issuer.token("ada", "weathervane:view"), LIST))).isEqualTo(listed);
    }

    @Test
    void namesAllScopesThatACallTakesAtOnce() throws Exception {
        HttpResponse<String> operate = as(viewer, call("\"seven\"", "refuse", "{}"));
        HttpResponse<String> approve = as(viewer, call(8, "break", "{}"));

        assertThat(operate.statusCode()).isEqualTo(403);
        assertThat(challenge(operate))
                .isEqualTo("Bearer error=\"insufficient_scope\", " + METADATA
                        + ", scope=\"weathervane:view weathervane:operate\"");
        assertThat(json(operate).path("id").asString()).isEqualTo("seven");
        assertThat(json(operate).at("/error/message").asString()).contains("refuse needs the role operator", "vera");
        assertThat(challenge(approve)).contains("scope=\"weathervane:view weathervane:approve\"");
        assertThat(as(operator, call(9, "refuse", "{}")).statusCode()).isEqualTo(200);
    }

    @Test
    void theSameHoldsInTheModernEra() throws Exception {
        String call = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"refuse\","
                + "\"arguments\":{}," + HttpFixture.META + "}}";

        assertThat(http.modern("tools/call", call, "Mcp-Name", "refuse", "Authorization", "Bearer " + viewer)
                        .statusCode())
                .isEqualTo(403);
        assertThat(http.modern("tools/call", call, "Mcp-Name", "refuse", "Authorization", "Bearer " + operator)
                        .statusCode())
                .isEqualTo(200);
        assertThat(http.modern("tools/call", call, "Mcp-Name", "refuse").statusCode())
                .isEqualTo(401);
    }

    @Test
    void aTokenWithoutAnyScopeOfOursIsAskedToGetOne() throws Exception {
        HttpResponse<String> response = as(issuer.token("eve", "email"), PING);

        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(challenge(response)).contains("insufficient_scope", "scope=\"weathervane:view\"");
    }

    @Test
    void aRevokedTokenIsRefusedAtTheNextRequest() throws Exception {
        assertThat(as(viewer, PING).statusCode()).isEqualTo(200);
        file.revoke("vera");

        assertThat(as(viewer, PING).statusCode()).isEqualTo(401);
        assertThat(as(operator, PING).statusCode()).isEqualTo(200);
    }

    @Test
    void aStreamEndsSoonAfterItsTokenAndOthersGoOn() throws Exception {
        String session =
                as(viewer, INITIALIZE).headers().firstValue("Mcp-Session-Id").orElseThrow();
        String get = "GET /mcp HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nMcp-Session-Id: " + session
                + "\r\nAuthorization: Bearer " + viewer + "\r\n\r\n";
        try (Socket legacy = http.raw(get);
                Socket modern = http.raw("");
                Socket other = http.raw("")) {
            assertThat(HttpFixture.head(legacy)).startsWith("HTTP/1.1 200");
            HttpFixture.listen(modern, "Authorization: Bearer " + viewer + "\r\n");
            HttpFixture.listen(other, "Authorization: Bearer " + operator + "\r\n");

            file.revoke("vera");

            awaitEnd(legacy);
            awaitEnd(modern);
            http.changes().toolsChanged();
            assertThat(HttpFixture.until(other, "\n\n")).contains("notifications/tools/list_changed");
        }
    }

    @Test
    void noEventReachesAStreamWhoseTokenHasJustEnded() throws Exception {
        String session =
                as(viewer, INITIALIZE).headers().firstValue("Mcp-Session-Id").orElseThrow();
        String get = "GET /mcp HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nMcp-Session-Id: " + session
                + "\r\nAuthorization: Bearer " + viewer + "\r\n\r\n";
        try (Socket legacy = http.raw(get);
                Socket modern = http.raw("")) {
            assertThat(HttpFixture.head(legacy)).startsWith("HTTP/1.1 200");
            HttpFixture.until(legacy, "\n\n");
            HttpFixture.listen(modern, "Authorization: Bearer " + viewer + "\r\n");
            awaitSecondLook();

            file.revoke("vera");
            http.changes().toolsChanged();

            assertThat(rest(legacy)).doesNotContain("list_changed");
            assertThat(rest(modern)).doesNotContain("list_changed");
        }
    }

    @Test
    void noEventReachesAStreamWhoseTokenHasJustExpired() throws Exception {
        Instant end = Instant.now().plusMillis(2500);
        String brief = file.create("brief", Set.of(CallerRole.VIEWER), Instant.now(), Optional.of(end));
        try (Socket stream = http.raw("")) {
            HttpFixture.listen(stream, "Authorization: Bearer " + brief + "\r\n");
            Await.until("it has expired", () -> Instant.now().isAfter(end.plus(LOOKED_AT_AGAIN)));
            http.changes().toolsChanged();

            assertThat(rest(stream)).doesNotContain("list_changed");
        }
    }

    @Test
    void neitherProgressNorAnAnswerReachesAStreamWhoseTokenHasEnded() throws Exception {
        String body =
                "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"wait\",\"arguments\":{},"
                        + "\"_meta\":{\"progressToken\":\"p\"}}}";
        String post = "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Accept: application/json, text/event-stream\r\nAuthorization: Bearer " + operator
                + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        try (Socket stream = http.raw(post)) {
            assertThat(HttpFixture.head(stream)).startsWith("HTTP/1.1 200");
            assertThat(HttpFixture.until(stream, "\n\n")).contains("waiting");
            awaitSecondLook();

            file.revoke("olaf");
            http.tools.release.release();

            assertThat(rest(stream)).doesNotContain("released");
        }
    }

    private static void awaitSecondLook() {
        long now = System.nanoTime();
        Await.until(
                "the token is looked at again before the next event",
                () -> System.nanoTime() - now > LOOKED_AT_AGAIN.toNanos());
    }

    private static String rest(Socket stream) throws Exception {
        return new String(stream.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void aStreamEndsSoonAfterItsTokenHasExpired() throws Exception {
        Optional<Instant> soon = Optional.of(Instant.now().plusSeconds(3));
        String brief = file.create("brief", Set.of(CallerRole.VIEWER), Instant.now(), soon);
        try (Socket stream = http.raw("")) {
            HttpFixture.listen(stream, "Authorization: Bearer " + brief + "\r\n");

            awaitEnd(stream);
            assertThat(Instant.now()).isAfterOrEqualTo(soon.get());
        }
    }

    @Test
    void aStreamEndsWhenItsTokenIsWorthLessThanBefore() throws Exception {
        try (Socket stream = http.raw("")) {
            HttpFixture.listen(stream, "Authorization: Bearer " + operator + "\r\n");

            String entries = Files.readString(file.path());
            assertThat(entries).contains("\"operator\"");
            Files.writeString(file.path(), entries.replace("\"operator\"", "\"approver\""));

            awaitEnd(stream);
        }
    }

    /** The connection's timeout bounds the wait; what comes first does not matter here. */
    private static void awaitEnd(Socket stream) throws Exception {
        stream.getInputStream().transferTo(OutputStream.nullOutputStream());
    }

    @Test
    void whileTokensCannotBeCheckedNobodyIsLetInAndTheHealthSaysWhy() throws Exception {
        Files.writeString(file.path(), "half a fi");

        HttpResponse<String> response = as(viewer, PING);

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).isPresent();
        assertThat(response.body()).contains("cannot be checked");
        assertThat(http.server.problems()).singleElement().asString().contains("is not JSON");
    }

    @Test
    void aSessionIsUnknownToAnybodyButItsOwner() throws Exception {
        HttpResponse<String> opened = as(viewer, INITIALIZE);
        String session = opened.headers().firstValue("Mcp-Session-Id").orElseThrow();

        assertThat(as(viewer, LIST, "Mcp-Session-Id", session).statusCode()).isEqualTo(200);
        assertThat(as(operator, LIST, "Mcp-Session-Id", session).statusCode()).isEqualTo(404);
        assertThat(http.send("DELETE", "/mcp", "Mcp-Session-Id", session, "Authorization", "Bearer " + operator)
                        .statusCode())
                .isEqualTo(404);
        assertThat(http.post(LIST, "Mcp-Session-Id", session).statusCode()).isEqualTo(401);
        assertThat(as(viewer, LIST, "Mcp-Session-Id", session).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/mcp"})
    void tellsAnybodyHowToGetAToken(String path) throws Exception {
        HttpResponse<String> response = http.send("GET", path);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(json(response).path("resource").asString()).isEqualTo(TestIssuer.RESOURCE);
        assertThat(json(response).path("authorization_servers").toString())
                .isEqualTo("[\"" + TestIssuer.ISSUER + "\"]");
        assertThat(json(response).path("scopes_supported").toString())
                .isEqualTo("[\"weathervane:view\",\"weathervane:operate\",\"weathervane:approve\"]");
        assertThat(json(response).path("bearer_methods_supported").toString()).isEqualTo("[\"header\"]");
        assertThat(http.send("POST", path).statusCode()).isEqualTo(405);
    }

    @Test
    void tellsMoreThanTheStateOnlyWhoMaySee() throws Exception {
        assertThat(http.send("GET", "/health").body()).isEqualTo("{\"status\":\"ok\"}");
        assertThat(http.send("GET", "/health", "Authorization", "Bearer " + viewer)
                        .statusCode())
                .isEqualTo(200);
        assertThat(http.send("GET", "/health", "Authorization", "Bearer wvt_x").statusCode())
                .isEqualTo(401);
        assertThat(http.send("GET", "/health", "Authorization", "Bearer " + issuer.token("a", "weathervane:approve"))
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void looksNoFurtherAtBadTokensOfAnAddressThatSendsMany() throws Exception {
        restart(new CallerLimitOptions(256, 32, 200, 3), HttpOptions.of("127.0.0.1", 0));
        for (int i = 0; i < 3; i++) {
            assertThat(as("wvt_guess" + i, PING).statusCode()).isEqualTo(401);
        }

        HttpResponse<String> refused = as("wvt_guess", PING);

        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(Integer.parseInt(refused.headers().firstValue("Retry-After").orElseThrow()))
                .isBetween(1, 20);
        assertThat(as(viewer, PING).statusCode()).as("a good token").isEqualTo(200);
    }

    @Test
    void boundsTheRequestsOfEachCallerByItself() throws Exception {
        restart(new CallerLimitOptions(256, 32, 1, 30), HttpOptions.of("127.0.0.1", 0));
        String ping =
                "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAuthorization: Bearer "
                        + viewer + "\r\nContent-Length: " + PING.length() + "\r\n\r\n" + PING;

        // All at once, so that it does not matter how long each takes.
        try (Socket socket = http.raw(ping.repeat(10))) {
            assertThat(HttpFixture.response(socket)).startsWith("HTTP/1.1 200");
            List<String> others = new ArrayList<>();
            for (int i = 1; i < 10; i++) {
                others.add(HttpFixture.response(socket));
            }
            assertThat(others)
                    .anySatisfy(refused -> assertThat(refused)
                            .startsWith("HTTP/1.1 429")
                            .contains("Retry-After: 1\r\n", "vera may send 1 requests a second"));
        }
        assertThat(as(operator, PING).statusCode()).isEqualTo(200);
    }

    @Test
    void boundsTheRunningRequestsOfEachCallerAndOfAll() throws Exception {
        restart(new CallerLimitOptions(2, 1, 200, 30), HttpOptions.of("127.0.0.1", 0));
        Thread first = new Thread(() -> quietly(viewer, call(1, "wait", "{}")));
        first.start();
        http.tools.waiting.acquire();

        HttpResponse<String> sameCaller = as(viewer, PING);
        Thread second = new Thread(() -> quietly(operator, call(1, "wait", "{}")));
        second.start();
        http.tools.waiting.acquire();
        HttpResponse<String> anybody = as(token("third", CallerRole.VIEWER), PING);

        assertThat(sameCaller.statusCode()).isEqualTo(429);
        assertThat(sameCaller.body()).contains("as many as one caller may");
        assertThat(anybody.statusCode()).isEqualTo(503);
        assertThat(anybody.headers().firstValue("Retry-After")).hasValue("1");
        http.tools.release.release(2);
        first.join();
        second.join();
        // A place is given back a moment after the answer is sent.
        Await.until("there is place again", () -> as(viewer, PING).statusCode() == 200);
    }

    @Test
    void whoseAccessEndsDuringACallGetsNothingOfItsAnswer() throws Exception {
        for (String accept : List.of("application/json", "application/json, text/event-stream")) {
            String soonGone = token("gone", CallerRole.VIEWER, CallerRole.OPERATOR);
            CompletableFuture<HttpResponse<String>> answer =
                    CompletableFuture.supplyAsync(() -> quietlyAs(soonGone, call(1, "wait", "{}"), accept));
            http.tools.waiting.acquire();
            long waiting = System.nanoTime();
            Await.until(
                    "the call has taken so long that its token is looked at again",
                    () -> System.nanoTime() - waiting > LOOKED_AT_AGAIN.toNanos());
            file.revoke("gone");
            http.tools.release.release();

            HttpResponse<String> withheld = answer.get(60, TimeUnit.SECONDS);
            assertThat(withheld.statusCode()).isEqualTo(401);
            assertThat(withheld.body()).contains("withheld").doesNotContain("released");
        }
    }

    @Test
    void aProcessThatTheServerStartedIsRefusedWithAGoodTokenToo() throws Exception {
        String good = token("worker", CallerRole.VIEWER, CallerRole.OPERATOR, CallerRole.APPROVER);
        Process child = new ProcessBuilder(
                        "bash",
                        "-c",
                        "exec 3<>/dev/tcp/127.0.0.1/" + http.server.port()
                                + "; printf 'POST /mcp HTTP/1.1\\r\\nHost: localhost\\r\\nAuthorization: Bearer " + good
                                + "\\r\\nContent-Type: application/json\\r\\nContent-Length: " + PING.length()
                                + "\\r\\n\\r\\n%s' '" + PING + "' >&3; head -1 <&3")
                .start();
        String answer = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();

        assertThat(answer).startsWith("HTTP/1.1 403");
        assertThat(as(good, PING).statusCode())
                .as("the same token from elsewhere")
                .isEqualTo(200);
    }

    private HttpResponse<String> quietlyAs(String token, String body, String accept) {
        try {
            return as(token, body, "Accept", accept);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void pagesOfAllowedOriginsMayReadAnswersAndNoOthers() throws Exception {
        String asks = String.join(
                "\r\n",
                "OPTIONS /mcp HTTP/1.1",
                "Host: localhost",
                "Origin: %s",
                "Access-Control-Request-Method: POST",
                "Access-Control-Request-Headers: authorization, content-type, mcp-session-id",
                "",
                "");
        try (Socket allowed = http.raw(asks.formatted("https://console.example.org"));
                Socket local = http.raw(asks.formatted("http://localhost:8080"));
                Socket foreign = http.raw(asks.formatted("https://evil.example.org"))) {
            assertThat(HttpFixture.head(allowed))
                    .startsWith("HTTP/1.1 204")
                    .contains("Access-Control-Allow-Origin: https://console.example.org", "Vary: Origin")
                    .contains("Access-Control-Allow-Methods: GET, POST, DELETE, OPTIONS")
                    .contains("Access-Control-Allow-Headers: authorization, content-type, mcp-session-id");
            assertThat(HttpFixture.response(local)).doesNotContain("Access-Control-Allow");
            assertThat(HttpFixture.response(foreign)).startsWith("HTTP/1.1 403").doesNotContain("Access-Control-Allow");
        }
        String post = "POST /mcp HTTP/1.1\r\nHost: localhost\r\nOrigin: https://console.example.org\r\n"
                + "Content-Type: application/json\r\nContent-Length: " + PING.length() + "\r\n\r\n" + PING;
        try (Socket refused = http.raw(post)) {
            assertThat(HttpFixture.response(refused))
                    .as("errors too")
                    .startsWith("HTTP/1.1 401")
                    .contains("Access-Control-Allow-Origin: https://console.example.org")
                    .contains("Access-Control-Expose-Headers: Mcp-Session-Id");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ops.example.org,,200",
        "OPS.example.org:8443,https://console.example.org,200",
        "localhost,,200",
        "evil.example.org,,403",
        "ops.example.org,https://evil.example.org,403",
        "ops.example.org,http://console.example.org,403",
        "ops.example.org.evil.org,,403"
    })
    void servesTheNamesThatWereConfigured(String host, String origin, int status) throws Exception {
        String head = "GET /health HTTP/1.1\r\nHost: " + host + "\r\n"
                + (origin == null ? "" : "Origin: " + origin + "\r\n") + "\r\n";
        try (Socket socket = http.raw(head)) {
            assertThat(HttpFixture.response(socket)).startsWith("HTTP/1.1 " + status);
        }
    }

    @Test
    void listensBeyondThisMachineOnlyWhereItIsKnownByWhichName() {
        HttpAccessOptions nameless = new HttpAccessOptions(
                new AuthConfig(Optional.of(file.path()), Optional.empty()),
                Set.of(),
                Set.of(),
                Optional.empty(),
                CallerLimitOptions.defaults());

        assertThatThrownBy(() -> TestHttp.start(HttpOptions.of("0.0.0.0", 0), nameless, null, null))
                .isInstanceOf(HttpStartException.class)
                .hasMessageContaining("server.allowedHosts");
    }

    private void restart(CallerLimitOptions limits, HttpOptions options) {
        http.close();
        http = fixture(limits, options);
    }

    private HttpFixture fixture(CallerLimitOptions limits, HttpOptions options) {
        OAuthOptions oauth = new OAuthOptions(
                TestIssuer.ISSUER,
                URI.create(TestIssuer.RESOURCE),
                Optional.of(issuer.keys()),
                Optional.empty(),
                new OAuthTokenPolicy(
                        Set.of(TestIssuer.RESOURCE),
                        List.of("RS256"),
                        "sub",
                        Map.of(
                                CallerRole.VIEWER, "weathervane:view",
                                CallerRole.OPERATOR, "weathervane:operate",
                                CallerRole.APPROVER, "weathervane:approve"),
                        Duration.ofSeconds(30)));
        HttpAccessOptions access = new HttpAccessOptions(
                new AuthConfig(Optional.of(file.path()), Optional.of(oauth)),
                Set.of("ops.example.org"),
                Set.of("https://console.example.org"),
                Optional.empty(),
                limits);
        return new HttpFixture(
                CallLimits.defaults(),
                options,
                access,
                Map.of("refuse", CallerRole.OPERATOR, "break", CallerRole.APPROVER));
    }

    private String token(String name, CallerRole... roles) {
        return file.create(name, Set.of(roles), Instant.now(), Optional.empty());
    }

    private static JsonNode tools(HttpResponse<String> response) {
        return json(response).at("/result/tools");
    }

    private List<String> names(String token) throws Exception {
        return json(as(token, LIST)).at("/result/tools").findValuesAsString("name");
    }

    private HttpResponse<String> as(String token, String body, String... headers) throws Exception {
        List<String> all = new java.util.ArrayList<>(List.of("Authorization", "Bearer " + token));
        all.addAll(List.of(headers));
        return http.post(body, all.toArray(String[]::new));
    }

    private void quietly(String token, String body) {
        try {
            as(token, body);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static String challenge(HttpResponse<String> response) {
        return response.headers().firstValue("WWW-Authenticate").orElse("");
    }
}

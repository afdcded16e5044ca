package io.weathervane.transport.http;

import static io.weathervane.transport.http.HttpFixture.call;
import static io.weathervane.transport.http.HttpFixture.json;
import static io.weathervane.transport.http.HttpFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.mcp.CallLimits;
import io.weathervane.testing.TestHttp;
import io.weathervane.testing.UnsafeCharacters;
import io.weathervane.testing.WireSchema;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

@Isolated("measures the memory of the whole JVM")
class HttpServerTest {
    private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";

    private static final String INITIALIZE = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":"
            + "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"c\",\"version\":\"1\"}}}";

    /** In which an answer that does not wait for a body is long there. */
    private static final int SILENCE_MILLIS = 300;

    private HttpFixture http;

    @BeforeEach
    void start() {
        http = new HttpFixture();
    }

    @AfterEach
    void stop() {
        http.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.168.1.7", "example.com", "", "127.0.0.1.example.com"})
    void refusesToListenBeyondThisMachine(String host) {
        assertThatThrownBy(() -> TestHttp.start(HttpOptions.of(host, 0), null, null))
                .isInstanceOf(HttpStartException.class)
                .hasMessageContaining("weathervane token create");
    }

    @Test
    void whatCurlPrintsSteersNoTerminal() throws Exception {
        ObjectNode arguments = JsonRpcCodec.JSON.createObjectNode().put("text", UnsafeCharacters.ALL);

        String body = http.post("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":"
                        + "{\"name\":\"say\",\"arguments\":" + JsonRpcCodec.text(arguments) + "}}")
                .body();

        UnsafeCharacters.assertNoneIn(body);
        assertThat(JsonRpcCodec.JSON
                        .readTree(body)
                        .path("result")
                        .path("structuredContent")
                        .path("said")
                        .asString())
                .startsWith(UnsafeCharacters.ALL);
    }

    @Test
    void saysWhichPortIsTaken() {
        HttpOptions same = HttpOptions.of("127.0.0.1", http.server.port());

        assertThatThrownBy(() -> TestHttp.start(same, null, null))
                .isInstanceOf(HttpStartException.class)
                .hasMessageContaining("Cannot listen on 127.0.0.1:" + http.server.port())
                .hasMessageContaining("choose another port");
    }

    @ParameterizedTest
    @CsvSource({
        "evil.example.com,",
        "evil.example.com:80,",
        "localhost.evil.com,",
        "127.0.0.2,",
        "localhost,http://evil.example.com",
        "localhost,null",
        "localhost,http://localhost.evil.com:80",
        "localhost,file://localhost"
    })
    void refusesAForeignHostOrOrigin(String host, String origin) throws Exception {
        String head =
                "POST /mcp HTTP/1.1\r\nHost: " + host + "\r\n" + (origin == null ? "" : "Origin: " + origin + "\r\n")
                        + "Content-Type: application/json\r\nContent-Length: " + PING.length() + "\r\n\r\n" + PING;
        try (Socket socket = http.raw(head)) {
            assertThat(HttpFixture.response(socket)).startsWith("HTTP/1.1 403").contains("\"error\"");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "localhost,",
        "LOCALHOST:3000,http://localhost:8080",
        "127.0.0.1:1,https://127.0.0.1",
        "[::1]:3000,http://[::1]:99",
        "[::1],http://localhost"
    })
    void servesLocalHostsAndOrigins(String host, String origin) throws Exception {
        String head =
                "POST /mcp HTTP/1.1\r\nHost: " + host + "\r\n" + (origin == null ? "" : "Origin: " + origin + "\r\n")
                        + "Content-Type: application/json\r\nContent-Length: " + PING.length() + "\r\n\r\n" + PING;
        try (Socket socket = http.raw(head)) {
            assertThat(HttpFixture.response(socket))
                    .startsWith("HTTP/1.1 200")
                    .endsWith("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
        }
    }

    @Test
    void looksAtTheHostInAnAbsoluteTargetToo() throws Exception {
        try (Socket socket = http.raw("GET http://evil.example.com/health HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
            assertThat(HttpFixture.response(socket)).matches("(?s)HTTP/1.1 40[03].*");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/mcp,405",
        "PUT,/mcp,405",
        "OPTIONS,/mcp,405",
        "DELETE,/mcp,400",
        "GET,/,404",
        "GET,/mcp/,404",
        "POST,/health,405",
        "GET,/health,200"
    })
    void answersOtherMethodsAndPathsWithTheirStatus(String method, String path, int status) throws Exception {
        HttpResponse<String> response = http.send(method, path);

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("Allow").isPresent()).isEqualTo(status == 405);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    }

    @Test
    void answersHealthAsItsSourceSays() throws Exception {
        assertThat(http.send("GET", "/health").body()).isEqualTo("{\"status\":\"ok\"}");
        http.healthStatus = 503;

        HttpResponse<String> degraded = http.send("GET", "/health");

        assertThat(degraded.statusCode()).isEqualTo(503);
        assertThat(degraded.body()).isEqualTo("{\"status\":\"degraded\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/x-www-form-urlencoded",
                "application/json; charset=utf-16",
                "application/jsonx"
            })
    void refusesOtherMediaTypes(String type) throws Exception {
        assertThat(http.post(PING, "Content-Type", type).statusCode()).isEqualTo(415);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"application/json;charset=UTF-8", "APPLICATION/JSON", "application/json ; charset=\"utf-8\""})
    void takesJsonHoweverItIsSpelt(String type) throws Exception {
        assertThat(http.post(PING, "Content-Type", type).statusCode()).isEqualTo(200);
    }

    @Test
    void refusesAClientThatCanReadNeitherJsonNorEvents() throws Exception {
        assertThat(http.post(PING, "Accept", "text/html").statusCode()).isEqualTo(406);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/json;q=0                        | 406 | ",
                "application/json ; Q=0.000, */*             | 406 | ",
                "application/json;q=0, text/event-stream;q=0 | 406 | ",
                "application/*;q=0, */*                      | 406 | ",
                "*/*;q=0                                     | 406 | ",
                "application/json;q=0, text/event-stream     | 200 | text/event-stream",
                "application/json;q=0.01                     | 200 | application/json",
                "application/json, */*;q=0                   | 200 | application/json",
                "application/json;q=0.9, text/event-stream;q=0.1 | 200 | application/json",
                "text/event-stream;q=0, */*;q=0.1            | 200 | application/json"
            })
    void aTypeOfWeight0IsRefusedByTheClient(String accept, int status, String type) throws Exception {
        HttpResponse<String> answer = http.post(PING, "Accept", accept);

        assertThat(answer.statusCode()).isEqualTo(status);
        if (type != null) {
            assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith(type);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"jsonrpc\":\"2.0\",                               | 400 | -32700",
                "''                                                  | 400 | -32700",
                "[]                                                  | 400 | -32600",
                "[]                                                          | 400 | -32600",
                "{\"jsonrpc\":\"2.0\",\"id\":1}                      | 400 | -32600",
                "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"} | 400 | -32600",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"dance\"} | 200 | -32601",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"nosuch\"}} | 200 |"
                        + " -32602",
            })
    void answersABadBodyWithOneError(String body, int status, int code) throws Exception {
        HttpResponse<String> response = http.post(body);

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(WireSchema.LEGACY
                        .checkError(json(response))
                        .at("/error/code")
                        .asInt())
                .isEqualTo(code);
    }

    @Test
    void answersABareCallInPlainJsonWithoutHandshakeOrSession() throws Exception {
        HttpResponse<String> response = http.post(call("\"x\"", "say", "{\"text\":\"hi\"}"), "Accept", "*/*");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(response.headers().firstValue("Mcp-Session-Id")).isEmpty();
        assertThat(text(WireSchema.LEGACY.check("tools/call", json(response))))
                .isEqualTo("hi (" + io.weathervane.util.OsUser.name() + ")");
        assertThat(json(response).get("id").asString("")).isEqualTo("x");
    }

    @Test
    void takesNotificationsAndAnswersWithoutABody() throws Exception {
        HttpResponse<String> notified = http.post("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
        HttpResponse<String> answered = http.post("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
        HttpResponse<String> modern = http.modern("x", "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");

        assertThat(notified.statusCode()).isEqualTo(202);
        assertThat(notified.body()).isEmpty();
        assertThat(answered.statusCode()).isEqualTo(202);
        assertThat(modern.statusCode()).isEqualTo(400);
    }

    @Test
    void findsAClientGoneThatHasClosedItsStream() throws Exception {
        try (Socket stream = http.raw("")) {
            HttpFixture.listen(stream);

            stream.shutdownOutput();

            assertThat(HttpFixture.until(stream, "\n"))
                    .as("long before the first comment")
                    .isEmpty();
        }
    }

    @Test
    void goesOnWithAStreamWhoseClientSpeaksInBetween() throws Exception {
        try (Socket talking = http.raw("");
                Socket gone = http.raw("")) {
            HttpFixture.listen(talking);
            HttpFixture.listen(gone);
            talking.getOutputStream().write("GET /health HTTP/1.1\r\n".getBytes(StandardCharsets.UTF_8));

            gone.shutdownOutput();
            assertThat(HttpFixture.until(gone, "\n")).as("looked at meanwhile").isEmpty();
            http.changes().toolsChanged();

            assertThat(HttpFixture.until(talking, "\n\n")).contains("notifications/tools/list_changed");
        }
    }

    @Test
    void keepsALegacySessionFromInitializeToDelete() throws Exception {
        HttpResponse<String> initialized = initialize();
        String session = initialized.headers().firstValue("Mcp-Session-Id").orElseThrow();

        WireSchema.LEGACY.check("initialize", json(initialized));
        assertThat(session).matches("[\\x21-\\x7E]{20,}");
        assertThat(initialize().headers().firstValue("Mcp-Session-Id"))
                .isPresent()
                .get()
                .isNotEqualTo(session);
        assertThat(http.post(
                                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}",
                                "Mcp-Session-Id",
                                session)
                        .statusCode())
                .isEqualTo(202);
        assertThat(http.post(PING, "Mcp-Session-Id", session, "MCP-Protocol-Version", "2025-11-25")
                        .statusCode())
                .isEqualTo(200);
        assertThat(http.send("DELETE", "/mcp", "Mcp-Session-Id", session).statusCode())
                .isEqualTo(204);
        assertThat(http.post(PING, "Mcp-Session-Id", session).statusCode()).isEqualTo(404);
        assertThat(http.send("DELETE", "/mcp", "Mcp-Session-Id", session).statusCode())
                .isEqualTo(404);
    }

    @Test
    void anInitializeWithTheIdOfASessionBeginsAnotherAndTheFirstLives() throws Exception {
        String first = initialize().headers().firstValue("Mcp-Session-Id").orElseThrow();

        HttpResponse<String> again = http.post(INITIALIZE, "Mcp-Session-Id", first);

        assertThat(again.statusCode()).isEqualTo(200);
        String second = again.headers().firstValue("Mcp-Session-Id").orElseThrow();
        assertThat(second).isNotEqualTo(first);
        for (String session : List.of(first, second)) {
            assertThat(http.post(PING, "Mcp-Session-Id", session).statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource({"HTTP/1.0,''", "HTTP/1.0,Connection: keep-alive", "HTTP/1.1,''", "HTTP/1.1,Connection: close"})
    void answersABodyWithAByteOrderMarkInWhicheverVersionOfHttp(String version, String header) throws Exception {
        String body = "\ufeff" + call(5, "say", "{\"text\":\"gr\u00fc\u00df\"}");
        String head = "POST /mcp " + version + "\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + (header.isEmpty() ? "" : header + "\r\n") + "Content-Length: "
                + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n";
        try (Socket socket = http.raw(head + body)) {
            assertThat(HttpFixture.response(socket)).startsWith("HTTP/1.1 200").contains("\"id\":5", "gr\u00fc\u00df");
        }
    }

    @Test
    void cancelsACallOfASessionAndSendsNoAnswer() throws Exception {
        String session = initialize().headers().firstValue("Mcp-Session-Id").orElseThrow();
        CompletableFuture<HttpResponse<String>> waiting =
                CompletableFuture.supplyAsync(() -> posted(call(7, "wait", "{}"), "Mcp-Session-Id", session));
        http.tools.waiting.acquire();

        http.post(
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":7}}",
                "Mcp-Session-Id",
                session);

        assertThat(http.tools.stopped.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
        assertThat(waiting.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(202);
        assertThat(waiting.join().body()).isEmpty();
    }

    @Test
    void streamsProgressAsEventsAndEndsWithTheAnswer() throws Exception {
        String body =
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"steps\",\"_meta\":{\"progressToken\":\"t\"}}}";
        HttpResponse<String> response = http.post(body, "Accept", "application/json, text/event-stream");

        assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
        assertThat(response.headers().firstValue("X-Accel-Buffering")).contains("no");
        JsonNode[] messages = events(response.body());
        assertThat(messages).hasSize(4);
        for (int i = 0; i < 3; i++) {
            assertThat(WireSchema.LEGACY
                            .check("", messages[i])
                            .at("/params/progress")
                            .asInt())
                    .isEqualTo(i + 1);
        }
        assertThat(text(WireSchema.LEGACY.check("tools/call", messages[3]))).isEqualTo("done");
    }

    @Test
    void answersInPlainJsonWhenTheClientReadsNoEventsOrNothingComesBefore() throws Exception {
        String body =
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"steps\",\"_meta\":{\"progressToken\":\"t\"}}}";
        HttpResponse<String> noEvents = http.post(body, "Accept", "*/*");
        HttpResponse<String> noProgress =
                http.post(call(1, "steps", "{}"), "Accept", "application/json, text/event-stream");
        HttpResponse<String> onlyEvents = http.post(PING, "Accept", "text/event-stream");

        assertThat(text(json(noEvents))).isEqualTo("done");
        assertThat(text(json(noProgress))).isEqualTo("done");
        assertThat(events(onlyEvents.body())).hasSize(1);
    }

    @Test
    void answersAFiftyMegabyteBodyWithOneErrorAndKeepsTheConnectionInFlatMemory() throws Exception {
        int bytes = 50 << 20;
        try (Socket socket =
                http.raw("POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                        + bytes + "\r\n\r\n")) {
            long grown = grownWhile(() -> sendSpaces(socket, bytes));
            String refused = HttpFixture.response(socket);

            assertThat(refused).startsWith("HTTP/1.1 413").contains("over the limit of 4194304 bytes");
            assertThat(grown).isLessThan(24L << 20);
            socket.getOutputStream()
                    .write((posting("Content-Length: " + PING.length()) + PING).getBytes(StandardCharsets.UTF_8));
            assertThat(HttpFixture.response(socket)).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void answersAnEndlessChunkedBodyWithOneError() throws Exception {
        try (Socket socket = http.raw(posting("Transfer-Encoding: chunked"))) {
            OutputStream out = socket.getOutputStream();
            byte[] chunk = ("10000\r\n" + " ".repeat(0x10000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 160; i++) {
                out.write(chunk);
            }
            out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

            assertThat(HttpFixture.response(socket)).startsWith("HTTP/1.1 413");
        }
    }

    @Test
    void refusesABodyBeyondTheDrainBoundWithoutReadingIt() throws Exception {
        try (Socket socket = http.raw(posting("Content-Length: 9999999999"))) {
            assertThat(HttpFixture.response(socket))
                    .startsWith("HTTP/1.1 413")
                    .containsIgnoringCase("Connection: close");
        }
    }

    @Test
    void livesOnWhenAClientGoesAwayInTheMiddleOfItsBody() throws Exception {
        http.raw(posting("Content-Length: 500") + "{\"json").close();

        assertThat(http.post(PING).statusCode()).isEqualTo(200);
    }

    /** The head of a POST with this header. */
    private static String posting(String header) {
        return String.join(
                "\r\n", "POST /mcp HTTP/1.1", "Host: localhost", "Content-Type: application/json", header, "", "");
    }

    /** The next request may be under way while this one's body is: a closed connection would lose it without a word. */
    @ParameterizedTest
    @CsvSource({
        "POST /nowhere, localhost, application/json, 404",
        "POST /health, localhost, application/json, 405",
        "POST /mcp, example.org, application/json, 403",
        "POST /mcp, localhost, text/plain, 415",
        "PUT /mcp, localhost, application/json, 405"
    })
    void keepsTheConnectionOfARequestThatItRefusesByItsHead(String target, String host, String type, int status)
            throws Exception {
        String head =
                target + " HTTP/1.1\r\nHost: " + host + "\r\nContent-Type: " + type + "\r\nContent-Length: 4\r\n\r\n";
        try (Socket socket = http.raw(head)) {
            assertSilent(socket);
            String rest = "1234GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";
            socket.getOutputStream().write(rest.getBytes(StandardCharsets.UTF_8));

            assertThat(HttpFixture.response(socket)).startsWith("HTTP/1.1 " + status);
            assertThat(HttpFixture.response(socket)).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void refusesHeadersOverTheLimitWithoutAPageOrAStack() throws Exception {
        try (Socket socket =
                http.raw("GET /health HTTP/1.1\r\nHost: localhost\r\nX-Long: " + "x".repeat(20_000) + "\r\n\r\n")) {
            assertThat(HttpFixture.response(socket))
                    .startsWith("HTTP/1.1 431")
                    .contains("\"error\"")
                    .doesNotContain("jetty", "<html");
        }
    }

    @Test
    void keepsACallThatIsSilentForLongerThanTheIdleTime() throws Exception {
        HttpOptions hurried =
                HttpOptions.of("127.0.0.1", 0).withBounds(1 << 20, Duration.ofMillis(500), Duration.ofSeconds(9));
        try (HttpFixture other = new HttpFixture(CallLimits.defaults(), hurried);
                Socket socket = other.raw(rawPost(call(1, "wait", "{}")))) {
            other.tools.waiting.acquire();
            assertThat(other.tools.stopped.tryAcquire(1200, TimeUnit.MILLISECONDS))
                    .isFalse();
            other.tools.release.release();

            assertThat(HttpFixture.response(socket)).startsWith("HTTP/1.1 200").contains("released");
        }
    }

    @Test
    void answersACallThatTakesTooLongAndClosesItsConnection() throws Exception {
        CallLimits limits = new CallLimits(4, Duration.ofSeconds(1), Duration.ofMillis(50));
        try (HttpFixture hurried = new HttpFixture(limits, HttpOptions.of("127.0.0.1", 0));
                Socket socket = hurried.raw(rawPost(call(1, "wait", "{}")))) {
            assertThat(HttpFixture.response(socket))
                    .startsWith("HTTP/1.1 200")
                    .contains("longest a call may take")
                    .containsIgnoringCase("Connection: close");
        }
    }

    @Test
    void letsACallInProgressFinishWhenItIsClosed() throws Exception {
        try (Socket socket = http.raw(rawPost(call(1, "wait", "{}")))) {
            http.tools.waiting.acquire();
            Thread closing = new Thread(http.server::close);
            closing.start();
            assertThat(http.tools.stopped.tryAcquire(200, TimeUnit.MILLISECONDS))
                    .isFalse();
            http.tools.release.release();

            assertThat(HttpFixture.response(socket)).startsWith("HTTP/1.1 200").contains("released");
            closing.join(60_000);
            assertThat(closing.isAlive()).isFalse();
        }
    }

    @Test
    void opensNoSessionForAnInitializeThatFails() throws Exception {
        HttpResponse<String> refused = http.post("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\"}");

        assertThat(json(refused).at("/error/code").asInt()).isEqualTo(-32602);
        assertThat(refused.headers().firstValue("Mcp-Session-Id")).isEmpty();
    }

    @Test
    void answersHeadWithoutABody() throws Exception {
        HttpResponse<String> head = http.send("HEAD", "/health");

        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
    }

    private HttpResponse<String> initialize() throws Exception {
        return http.post(
                INITIALIZE,
                "Accept",
                "application/json, text/event-stream",
                "MCP-Protocol-Version",
                "2025-11-25",
                "Mcp-Method",
                "stray");
    }

    private static void assertSilent(Socket socket) throws IOException {
        int usual = socket.getSoTimeout();
        socket.setSoTimeout(SILENCE_MILLIS);
        assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        socket.setSoTimeout(usual);
    }

    private HttpResponse<String> posted(String body, String... headers) {
        try {
            return http.post(body, headers);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    static String rawPost(String body, String... headers) {
        StringBuilder head =
                new StringBuilder("POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n");
        for (int i = 0; i < headers.length; i += 2) {
            head.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
        }
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        return head.append("Content-Length: ")
                .append(length)
                .append("\r\n\r\n")
                .append(body)
                .toString();
    }

    private static JsonNode[] events(String body) {
        return Arrays.stream(body.split("\n"))
                .filter(line -> line.startsWith("data: "))
                .map(line -> io.weathervane.jsonrpc.JsonRpcCodec.JSON.readTree(line.substring("data: ".length())))
                .toArray(JsonNode[]::new);
    }

    private static long grownWhile(Thrower work) throws Exception {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        long before = runtime.totalMemory() - runtime.freeMemory();
        work.run();
        System.gc();
        return runtime.totalMemory() - runtime.freeMemory() - before;
    }

    private static void sendSpaces(Socket socket, int bytes) throws Exception {
        byte[] chunk = new byte[1 << 16];
        Arrays.fill(chunk, (byte) ' ');
        for (int sent = 0; sent < bytes; sent += chunk.length) {
            socket.getOutputStream().write(chunk);
        }
    }

    private interface Thrower {
        void run() throws Exception;
    }
}

package io.weathervane.transport.http;

import static io.weathervane.transport.http.HttpFixture.META;
import static io.weathervane.transport.http.HttpFixture.json;
import static io.weathervane.transport.http.HttpFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.mcp.CallLimits;
import io.weathervane.testing.Await;
import io.weathervane.testing.WireSchema;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** MCP 2026-07-28 over HTTP: what the conformance suite's server-stateless and header scenarios probe. */
class ModernHttpTest {
    private static final String CALL =
            "{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"tools/call\",\"params\":{\"name\":\"say\",\"arguments\":{\"text\":\"hi\"},"
                    + META + "}}";

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
    @ValueSource(
            strings = {
                "{}",
                "{\"_meta\":{\"io.modelcontextprotocol/clientCapabilities\":{}}}",
                "{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"}}",
                "{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":7,\"io.modelcontextprotocol/clientCapabilities\":{}}}",
                "{\"_meta\":[]}"
            })
    void refusesARequestWithoutWhatEachMustCarry(String params) throws Exception {
        HttpResponse<String> response = http.modern("server/discover", request(101, "server/discover", params));

        assertError(response, 400, -32602, 101);
    }

    @Test
    void discoversWhatIsServed() throws Exception {
        HttpResponse<String> response =
                http.modern("server/discover", request(102, "server/discover", "{" + META + "}"));

        assertThat(response.statusCode()).isEqualTo(200);
        JsonNode result =
                WireSchema.MODERN.check("server/discover", json(response)).get("result");
        assertThat(result.path("capabilities").toString()).isEqualTo("{\"tools\":{\"listChanged\":true}}");
        assertThat(result.path("ttlMs").isIntegralNumber()).isTrue();
        assertThat(result.at("/_meta/io.modelcontextprotocol~1serverInfo/name").asString(""))
                .isEqualTo("test");
    }

    @Test
    void refusesAVersionItDoesNotSpeak() throws Exception {
        String body = request(103, "tools/list", "{" + META.replace("2026-07-28", "v999.0.0") + "}");
        HttpResponse<String> response = http.post(body, "MCP-Protocol-Version", "v999.0.0", "Mcp-Method", "tools/list");

        assertError(response, 400, -32022, 103);
        assertThat(json(response).at("/error/data/requested").asString("")).isEqualTo("v999.0.0");
        assertThat(json(response).at("/error/data/supported").toString()).isEqualTo("[\"2026-07-28\"]");
    }

    @Test
    void refusesHeadersThatDoNotSayWhatTheBodySays() throws Exception {
        String other = request(104, "tools/list", "{" + META.replace("2026-07-28", "v999.0.0") + "}");

        assertError(http.modern("tools/list", other), 400, -32020, 104);
        assertError(http.modern("TOOLS/CALL", CALL, "Mcp-Name", "say"), 400, -32020, 5);
        assertError(http.modern("tools/list", CALL, "Mcp-Name", "say"), 400, -32020, 5);
        assertError(http.modern("tools/call", CALL), 400, -32020, 5);
        assertError(http.modern("tools/call", CALL, "Mcp-Name", "Say"), 400, -32020, 5);
        assertError(http.modern("tools/call", CALL, "Mcp-Name", "=?base64?c2F5?"), 400, -32020, 5);
        assertError(http.modern("tools/call", CALL, "Mcp-Name", "=?base64?c2F*?="), 400, -32020, 5);
        assertError(http.modern("tools/call", CALL, "Mcp-Name", "=?base64?c2E?="), 400, -32020, 5);
        assertError(http.post(CALL, "Mcp-Name", "say", "Mcp-Method", "tools/call"), 400, -32020, 5);
        assertError(http.post(CALL, "Mcp-Name", "say", "MCP-Protocol-Version", "2026-07-28"), 400, -32020, 5);
    }

    @ParameterizedTest
    @CsvSource({
        "prompts/get,name,incident_response",
        "resources/read,uri,weathervane://flags",
        "tasks/get,taskId,t-1",
        "tasks/update,taskId,t-1",
        "tasks/cancel,taskId,t-1"
    })
    void holdsTheNameOfEveryKindOfRequestAgainstItsHeader(String method, String key, String name) throws Exception {
        String body = request(7, method, "{\"" + key + "\":\"" + name + "\"," + META + "}");

        assertError(http.modern(method, body), 400, -32020, 7);
        assertError(http.modern(method, body, "Mcp-Name", name + "x"), 400, -32020, 7);
        assertThat(http.modern(method, body, "Mcp-Name", name).statusCode()).isEqualTo(404);
    }

    @Test
    void refusesAHeaderThatSaysTwoThingsOrSaysItInBareBytes() throws Exception {
        assertError(http.modern("tools/call", CALL, "Mcp-Name", "say", "Mcp-Name", "other"), 400, -32020, 5);
        assertError(http.modern("tools/call", CALL, "mcp-method", "tools/list", "Mcp-Name", "say"), 400, -32020, 5);
        assertThat(http.modern("tools/call", CALL, "Mcp-Name", "say", "mcp-name", "say")
                        .statusCode())
                .isEqualTo(200);
        String sent = CALL.replace("\"say\"", "\"s\u00e4y\"");
        try (Socket socket = http.raw(HttpServerTest.rawPost(
                sent, "MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/call", "Mcp-Name", "s\u00e4y"))) {
            assertThat(HttpFixture.response(socket)).startsWith("HTTP/1.1 400");
        }
    }

    @Test
    void comparesANameWithSpaceAroundItAsItIs() throws Exception {
        String body = CALL.replace("\"say\"", "\" say \"");

        assertError(http.modern("tools/call", body, "Mcp-Name", "say"), 400, -32020, 5);
        assertError(http.modern("tools/call", body, "Mcp-Name", "=?base64?IHNheSA=?="), 200, -32602, 5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"say", "=?base64?c2F5?=", "  say  "})
    void takesTheNameHoweverTheHeaderIsWritten(String name) throws Exception {
        String head = HttpServerTest.rawPost(
                CALL, "mcp-protocol-version", " 2026-07-28 ", "MCP-METHOD", "tools/call", "mcp-name", name);
        try (Socket socket = http.raw(head)) {
            assertThat(HttpFixture.response(socket))
                    .startsWith("HTTP/1.1 200")
                    .contains("hi (" + io.weathervane.util.OsUser.name() + ")");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "initialize,201",
        "ping,202",
        "logging/setLevel,203",
        "resources/subscribe,204",
        "resources/unsubscribe,205",
        "unknown/method,206"
    })
    void answersRemovedAndUnknownMethodsWithNotFound(String method, int id) throws Exception {
        HttpResponse<String> response = http.modern(method, request(id, method, "{" + META + "}"));

        assertError(response, 404, -32601, id);
    }

    @Test
    void answersACallWithAResultOfTheEra() throws Exception {
        HttpResponse<String> response = http.modern("tools/call", CALL, "Mcp-Name", "say", "Mcp-Session-Id", "ignored");

        JsonNode answer = WireSchema.MODERN.check("tools/call", json(response));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Mcp-Session-Id")).isEmpty();
        assertThat(answer.at("/result/resultType").asString("")).isEqualTo("complete");
        assertThat(text(answer)).isEqualTo("hi (" + io.weathervane.util.OsUser.name() + ")");
    }

    @ParameterizedTest
    @CsvSource({"protocol_error,-32601", "break,-32603", "nosuch,-32602"})
    void answersErrorsOfAToolInTheBodyOnly(String tool, int code) throws Exception {
        HttpResponse<String> response =
                http.modern("tools/call", CALL.replace("\"say\"", "\"" + tool + "\""), "Mcp-Name", tool);

        assertError(response, 200, code, 5);
    }

    @Test
    void streamsProgressInMessagesOfTheEra() throws Exception {
        String body = CALL.replace("\"say\"", "\"steps\"").replace("\"_meta\":{", "\"_meta\":{\"progressToken\":9,");
        HttpResponse<String> response = http.modern("tools/call", body, "Mcp-Name", "steps");

        String[] data = response.body()
                .lines()
                .filter(line -> line.startsWith("data: "))
                .toArray(String[]::new);
        assertThat(data).hasSize(4);
        for (String line : data) {
            WireSchema.MODERN.check("tools/call", io.weathervane.testing.ScriptedTools.json(line.substring(6)));
        }
        assertThat(data[0]).contains("\"progressToken\":9");
    }

    @Test
    void cancelsTheCallOfAClientThatIsGone() throws Exception {
        HttpOptions options =
                HttpOptions.of("127.0.0.1", 0).withBounds(1, Duration.ofSeconds(60), Duration.ofMillis(20));
        try (HttpFixture other = new HttpFixture(CallLimits.defaults(), options)) {
            Socket socket = other.raw(waitingCall("\"progressToken\":9,"));
            assertThat(HttpFixture.head(socket)).contains("text/event-stream");
            assertThat(other.tools.waiting.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
            socket.close();

            Await.until("the call to be told to stop", () -> other.tools.stopped.tryAcquire());
        }
    }

    /** Long before anything would be sent on the connection. */
    @Test
    void cancelsASilentCallWhoseClientHasClosedItsConnection() throws Exception {
        HttpOptions options =
                HttpOptions.of("127.0.0.1", 0).withBounds(1, Duration.ofSeconds(60), Duration.ofMinutes(10));
        try (HttpFixture patient = new HttpFixture(CallLimits.defaults(), options)) {
            try (Socket gone = patient.raw(waitingCall(""))) {
                assertThat(patient.tools.waiting.tryAcquire(60, TimeUnit.SECONDS))
                        .as("the call of %s", gone)
                        .isTrue();
            }

            Await.until("the call to be told to stop", () -> patient.tools.stopped.tryAcquire());
        }
    }

    private static String waitingCall(String meta) {
        return HttpServerTest.rawPost(
                CALL.replace("\"say\"", "\"wait\"").replace("\"_meta\":{", "\"_meta\":{" + meta),
                "MCP-Protocol-Version",
                "2026-07-28",
                "Mcp-Method",
                "tools/call",
                "Mcp-Name",
                "wait",
                "Accept",
                "application/json, text/event-stream");
    }

    private static String request(int id, String method, String params) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":" + params + "}";
    }

    private static void assertError(HttpResponse<String> response, int status, int code, int id) {
        JsonNode answer = WireSchema.MODERN.checkError(json(response));
        assertThat(response.statusCode()).as(answer.toString()).isEqualTo(status);
        assertThat(answer.at("/error/code").asInt()).isEqualTo(code);
        assertThat(answer.get("id").asInt()).isEqualTo(id);
    }
}

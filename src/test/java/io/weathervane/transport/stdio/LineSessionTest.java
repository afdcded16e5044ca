package io.weathervane.transport.stdio;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.mcp.CallLimits;
import io.weathervane.testing.Await;
import io.weathervane.testing.WireSchema;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@Isolated("measures the memory of the whole JVM")
class LineSessionTest {
    private static final String META =
            "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}}";

    private LineClient client;

    @BeforeEach
    void start() throws IOException {
        client = new LineClient();
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"jsonrpc\":\"2.0\",\"id\":1,             | -32700 | 1",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"x\":NaN}} | -32700 | 1",
                "nonsense                                   | -32700 | null",
                "{\"jsonrpc\":\"2.0\"} trailing             | -32700 | null",
                "{\"id\":1,\"id\":2,\"jsonrpc\":\"2.0\"}    | -32700 | null",
                "[]                                         | -32600 | null",
                "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}] | -32600 | null",
                "17                                         | -32600 | null",
                "{\"id\":1,\"method\":\"ping\"}             | -32600 | 1",
                "{\"jsonrpc\":\"1.0\",\"id\":\"a\",\"method\":\"ping\"} | -32600 | a",
                "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}  | -32600 | null",
                "{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"ping\"}   | -32600 | null",
                "{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"ping\"}    | -32600 | null",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":7}            | -32600 | 1",
                "{\"jsonrpc\":\"2.0\",\"id\":1}                         | -32600 | 1",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":[1]} | -32600 | 1",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"dance\"}    | -32601 | 1",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\"} | -32602 | 1",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"say\",\"arguments\":[]}}"
                        + " | -32602 | 1",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"sya\"}} | -32602 | 1",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"_meta\":3}}     | -32602 | 1",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"params\":{\"cursor\":\"zzz\"}} | -32602 | 1",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"params\":{\"cursor\":\"\"}} | -32602 | 1",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\"} | -32602 | 1",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"server/discover\"} | -32602 | 1",
            })
    void answersABadLineWithOneErrorAndLivesOn(String line, int code, String id) throws Exception {
        JsonNode answer = client.ask(line);

        WireSchema.LEGACY.checkError(answer);
        assertThat(answer.at("/error/code").asInt()).isEqualTo(code);
        assertThat(answer.get("id").asString("null")).isEqualTo(id);
        sessionLives();
    }

    @Test
    void namesTheNearestToolForAnUnknownOne() throws Exception {
        JsonNode answer = client.ask(call(1, "sayy", "{}"));

        assertThat(answer.at("/error/message").asString("")).isEqualTo("Unknown tool: sayy; did you mean \"say\"?");
    }

    @Test
    void saysWhichArgumentIsWrongAndWhatIsAllowed() throws Exception {
        JsonNode answer = client.ask(call(1, "say", "{\"txt\":\"hi\",\"mood\":\"calmm\",\"times\":12}"));

        assertThat(answer.at("/result/isError").asBoolean()).isTrue();
        assertThat(text(answer))
                .contains("argument \"text\" is missing; it must be a string")
                .contains("argument \"txt\" is unknown; did you mean \"text\"?; known: text, mood, times")
                .contains("argument \"mood\" must be one of calm, cross; it was \"calmm\"; did you mean \"calm\"?")
                .contains("argument \"times\" must be between 1 and 9; it was 12");
        WireSchema.LEGACY.check("tools/call", answer);
    }

    @Test
    void turnsARefusalIntoAnErrorResult() throws Exception {
        JsonNode answer = client.ask(call(1, "refuse", "{}"));

        assertThat(answer.at("/result/isError").asBoolean()).isTrue();
        assertThat(text(answer)).startsWith("Not now: the wind is wrong.");
    }

    @Test
    void keepsTheReasonOfAnUnforeseenFailureToTheLog() throws Exception {
        JsonNode answer = client.ask(call(1, "break", "{}"));

        assertThat(answer.at("/error/code").asInt()).isEqualTo(-32603);
        assertThat(answer.at("/error/message").asString("")).matches("Internal error \\(incident [0-9a-f]{8};.*\\)");
        assertThat(answer.toString()).doesNotContain("secret");
    }

    @Test
    void answersAnOversizeLineWithOneErrorInFlatMemory() throws Exception {
        try (LineClient small = new LineClient(CallLimits.defaults().withLineBytes(4 << 20))) {
            answersAnOversizeLineWithOneErrorInFlatMemory(small);
        }
    }

    private void answersAnOversizeLineWithOneErrorInFlatMemory(LineClient small) throws Exception {
        Runtime runtime = Runtime.getRuntime();
        System.gc();
        long before = runtime.totalMemory() - runtime.freeMemory();
        byte[] chunk = new byte[1 << 16];
        java.util.Arrays.fill(chunk, (byte) 'x');
        long peak = 0;
        for (int i = 0; i < 800; i++) {
            small.sendBytes(chunk);
            if (i % 100 == 99) {
                System.gc();
                peak = Math.max(peak, runtime.totalMemory() - runtime.freeMemory());
            }
        }
        JsonNode answer = small.ask("");

        assertThat(answer.get("id").isNull()).isTrue();
        assertThat(answer.at("/error/code").asInt()).isEqualTo(-32600);
        assertThat(answer.at("/error/message").asString("")).contains("52428800 bytes", "4194304 bytes");
        assertThat(peak - before).isLessThan(24L << 20);
        assertThat(small.ask(call(2, "say", "{\"text\":\"a\"}")).has("result")).isTrue();
    }

    @Test
    void aRefusalOfAnOversizeRequestCarriesItsId() throws Exception {
        try (LineClient small = new LineClient(CallLimits.defaults().withLineBytes(1 << 20))) {
            String filler = "x".repeat(1 << 20);
            for (String request : List.of(
                    "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ping\",\"params\":{\"id\":1,\"x\":\"" + filler + "\"}}",
                    "{\"method\":\"ping\",\"params\":{\"x\":\"\\\"}" + filler
                            + "\"},\"jsonrpc\":\"2.0\", \"id\" : 7 }")) {
                JsonNode answer = small.ask(request);

                assertThat(answer.path("id").asInt()).isEqualTo(7);
                assertThat(answer.at("/error/code").asInt()).isEqualTo(-32600);
            }
        }
    }

    @Test
    void aBatchIsAnsweredTogetherWhereTheVersionHasBatches() throws Exception {
        client.ask("{\"jsonrpc\":\"2.0\",\"id\":\"hi\",\"method\":\"initialize\",\"params\":{\"protocolVersion\":"
                + "\"2025-03-26\",\"capabilities\":{},\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}}");

        JsonNode answers = client.ask("[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"},"
                + "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\"}," + call(2, "say", "{\"text\":\"a\"}") + ","
                + "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"no/such\"},7]");

        assertThat(answers.isArray()).isTrue();
        assertThat(answers.valueStream().map(one -> one.path("id").asString("none")))
                .containsExactlyInAnyOrder("1", "2", "3", "none");
        assertThat(client.ask("[]").at("/error/code").asInt()).isEqualTo(-32600);
        sessionLives();
    }

    @Test
    void toolsOfOursTakeNoArgumentsThatAreThatDeep() throws Exception {
        String deep = "{\"a\":" + "[".repeat(70) + "]".repeat(70) + "}";

        JsonNode answer = client.ask(call(1, "say", deep));

        assertThat(answer.at("/result/isError").asBoolean()).isTrue();
        assertThat(text(answer)).contains("more than 64 times");
    }

    @Test
    void refusesDeepNestingAndInvalidUtf8() throws Exception {
        JsonNode deep = client.ask("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{\"a\":"
                + "[".repeat(100_000) + "]".repeat(100_000) + "}}");
        byte[] line = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"p??g\"}\n".getBytes(StandardCharsets.ISO_8859_1);
        line[34] = (byte) 0xC3;
        line[35] = (byte) 0x28;
        client.sendBytes(line);
        JsonNode invalid = client.receive();

        assertThat(deep.at("/error/code").asInt()).isEqualTo(-32600);
        assertThat(deep.path("id").asInt()).isEqualTo(1);
        assertThat(invalid.at("/error/code").asInt()).isEqualTo(-32700);
        sessionLives();
    }

    @Test
    void answersAnIdAndTextThatUtf8CannotWrite() throws Exception {
        JsonNode answer = client.ask(
                "{\"jsonrpc\":\"2.0\",\"id\":\"\\ud800\",\"method\":\"tools/call\",\"params\":{\"name\":\"say\",\"arguments\":{\"text\":\"\\udc00\"}}}");

        assertThat(answer.has("result") || answer.has("error")).isTrue();
        sessionLives();
    }

    @Test
    void ignoresBlankLinesAnswersAndUnknownNotifications() throws Exception {
        client.send("");
        client.send("   ");
        client.send("{\"jsonrpc\":\"2.0\",\"id\":9,\"result\":{}}");
        client.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/whatever\"}");
        client.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":99}}");
        client.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{}}");
        sessionLives();
    }

    @ParameterizedTest
    @ValueSource(strings = {"%s\n", "\ufeff%s\r\n", "  \t%s \t \n", "\r\n\n   \n\t\n%s\n"})
    void readsAMessageWhateverIsAroundItAndInHoweverManyWritesItComes(String around) throws Exception {
        String message = call(1, "say", "{\"text\":\"gr\u00fc\u00df \ud83c\udf26 ende\"}");

        client.sendByByte(message, around.replace("%s", message));

        assertThat(text(client.receive())).startsWith("gr\u00fc\u00df \ud83c\udf26 ende");
        sessionLives();
    }

    @Test
    void answersALastMessageWithoutANewline() throws Exception {
        String message = call(1, "say", "{\"text\":\"last\"}");

        client.sendByByte(message, message);
        client.toServer.close();

        assertThat(text(client.receive())).startsWith("last");
    }

    @Test
    void speaksBothErasOnOneStream() throws Exception {
        JsonNode discovered =
                client.ask("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"server/discover\",\"params\":{" + META + "}}");
        JsonNode initialized = client.ask(
                "{\"jsonrpc\":\"2.0\",\"id\":\"i\",\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"c\",\"version\":\"1\"}}}");
        client.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
        JsonNode legacyList = client.ask("{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"tools/list\"}");
        JsonNode modernList =
                client.ask("{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"tools/list\",\"params\":{" + META + "}}");
        JsonNode modernCall = client.ask(
                "{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"tools/call\",\"params\":{\"name\":\"say\",\"arguments\":{\"text\":\"hi\"},"
                        + META + "}}");
        JsonNode pinged = client.ask("{\"jsonrpc\":\"2.0\",\"id\":6,\"method\":\"ping\"}");

        WireSchema.MODERN.check("server/discover", discovered);
        WireSchema.LEGACY.check("initialize", initialized);
        WireSchema.LEGACY.check("tools/list", legacyList);
        WireSchema.MODERN.check("tools/list", modernList);
        WireSchema.MODERN.check("tools/call", modernCall);
        WireSchema.LEGACY.check("ping", pinged);
        assertThat(discovered.at("/result/supportedVersions").toString()).isEqualTo("[\"2026-07-28\"]");
        assertThat(initialized.at("/result/protocolVersion").asString("")).isEqualTo("2025-11-25");
        assertThat(initialized.get("id").asString("")).isEqualTo("i");
        assertThat(legacyList.at("/result").has("resultType")).isFalse();
        assertThat(modernList.at("/result/tools")).isEqualTo(legacyList.at("/result/tools"));
        assertThat(modernCall.at("/result/structuredContent/said").asString("")).isEqualTo("hi (ada)");
        assertThat(modernCall.at("/result/_meta").toString()).contains("io.modelcontextprotocol/serverInfo");
        assertThat(pinged.get("result").toString()).isEqualTo("{}");
    }

    @ParameterizedTest
    @CsvSource({
        "2025-11-25,2025-11-25",
        "2025-06-18,2025-06-18",
        "2024-11-05,2024-11-05",
        "1999-01-01,2025-11-25",
        "2026-07-28,2025-11-25",
        "2099-01-01,2025-11-25",
        "'',2025-11-25",
        "draft,2025-11-25",
        "DRAFT-2026-v1,2025-11-25"
    })
    void offersTheVersionAskedForOrTheNewestOfTheHandshakeEra(String asked, String offered) throws Exception {
        JsonNode answer =
                client.ask("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\""
                        + asked + "\"}}");

        assertThat(answer.at("/result/protocolVersion").asString("")).isEqualTo(offered);
    }

    @Test
    void refusesASecondInitialize() throws Exception {
        String initialize =
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\"}}";
        client.ask(initialize);

        assertThat(client.ask(initialize).at("/error/code").asInt()).isEqualTo(-32600);
        sessionLives();
    }

    @Test
    void refusesAnUnsupportedModernVersionNamingTheSupported() throws Exception {
        JsonNode answer = client.ask("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"params\":{"
                + META.replace("2026-07-28", "v999.0.0") + "}}");

        WireSchema.MODERN.checkError(answer);
        assertThat(answer.at("/error/code").asInt()).isEqualTo(-32022);
        assertThat(answer.at("/error/data").toString())
                .isEqualTo("{\"supported\":[\"2026-07-28\"],\"requested\":\"v999.0.0\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "initialize",
        "ping",
        "logging/setLevel",
        "resources/subscribe",
        "resources/unsubscribe",
        "resources/list"
    })
    void doesNotServeTheRemovedAndTheMissingMethodsToAModernClient(String method) throws Exception {
        JsonNode answer =
                client.ask("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":{" + META + "}}");

        assertThat(answer.at("/error/code").asInt()).isEqualTo(-32601);
    }

    @Test
    void reportsProgressBeforeTheAnswerOnlyWhenAsked() throws Exception {
        client.send(
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"steps\",\"_meta\":{\"progressToken\":\"p-1\"}}}");
        for (int step = 1; step <= 3; step++) {
            JsonNode progress = WireSchema.LEGACY.check("", client.receive());
            assertThat(progress.at("/params/progressToken").asString("")).isEqualTo("p-1");
            assertThat(progress.at("/params/progress").toString()).isEqualTo(String.valueOf(step));
            assertThat(progress.at("/params/total").toString()).isEqualTo("3");
        }
        assertThat(client.receive().at("/id").asInt()).isEqualTo(1);

        assertThat(client.ask(call(2, "steps", "{}")).at("/id").asInt()).isEqualTo(2);
    }

    @Test
    void cancelsACallAndNeverAnswersIt() throws Exception {
        client.send(call(1, "wait", "{}"));
        assertThat(client.tools.waiting.tryAcquire(20, java.util.concurrent.TimeUnit.SECONDS))
                .isTrue();

        client.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":\"1\"}}");
        sessionLives();
        assertThat(client.tools.stopped.availablePermits()).isZero();

        client.send(
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":1,\"reason\":\"enough\"}}");
        assertThat(client.tools.stopped.tryAcquire(20, java.util.concurrent.TimeUnit.SECONDS))
                .isTrue();
        sessionLives();
        assertThat(client.unread()).isZero();
    }

    @Test
    void refusesAnIdThatIsRunningAlready() throws Exception {
        client.send(call(1, "wait", "{}"));
        client.tools.waiting.acquire();

        JsonNode refused = client.ask(call(1, "say", "{\"text\":\"hi\"}"));
        client.tools.release.release();

        assertThat(refused.at("/error/code").asInt()).isEqualTo(-32600);
        assertThat(text(client.receive())).isEqualTo("released");
    }

    @Test
    void answersOthersWhileACallRuns() throws Exception {
        client.send(call(1, "wait", "{}"));
        client.tools.waiting.acquire();
        sessionLives();

        client.tools.release.release();
        assertThat(client.receive().at("/id").asInt()).isEqualTo(1);
    }

    @Test
    void answersEveryOneOfManyPipelinedCallsOnce() throws Exception {
        Thread reader = new Thread(() -> {
            for (int i = 0; i < 500; i++) {
                try {
                    client.send(call(i, "say", "{\"text\":\"" + "é".repeat(500) + "\"}"));
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            }
        });
        reader.start();
        Set<Integer> ids = new HashSet<>();
        for (int i = 0; i < 500; i++) {
            JsonNode answer = client.receive();
            assertThat(text(answer)).startsWith("éé");
            ids.add(answer.get("id").asInt());
        }

        assertThat(ids).hasSize(500);
    }

    @Test
    void finishesTheCallsInProgressWhenTheInputEnds() throws Exception {
        client.send(call(1, "wait", "{}"));
        client.tools.waiting.acquire();
        client.toServer.close();
        client.tools.release.release();

        assertThat(text(client.receive())).isEqualTo("released");
        client.server.join(Duration.ofSeconds(20).toMillis());
        assertThat(client.server.isAlive()).isFalse();
    }

    @Test
    void stopsTheCallsOfAClientThatReadsNoMore() throws Exception {
        client.send(call(1, "wait", "{}"));
        client.tools.waiting.acquire();
        client.fromServer.close();

        Await.until("the session to notice", () -> {
            pingWhileOpen();
            return client.tools.stopped.tryAcquire();
        });
    }

    @Test
    void answersACallThatTakesTooLongAndTellsItToStop() throws Exception {
        try (LineClient hurried = new LineClient(new CallLimits(4, Duration.ofSeconds(1), Duration.ofMillis(50)))) {
            JsonNode answer = hurried.ask(call(1, "wait", "{}"));

            assertThat(answer.at("/result/isError").asBoolean()).isTrue();
            assertThat(text(answer)).contains("longest a call may take");
            assertThat(hurried.tools.stopped.tryAcquire(20, java.util.concurrent.TimeUnit.SECONDS))
                    .isTrue();
        }
    }

    @Test
    void refusesACallWhenTooManyRunAlready() throws Exception {
        try (LineClient crowded = new LineClient(new CallLimits(1, Duration.ofMillis(10), Duration.ofMinutes(1)))) {
            crowded.send(call(1, "wait", "{}"));
            crowded.tools.waiting.acquire();

            JsonNode answer = crowded.ask(call(2, "say", "{\"text\":\"hi\"}"));
            crowded.tools.release.release();

            assertThat(answer.at("/id").asInt()).isEqualTo(2);
            assertThat(text(answer)).startsWith("The server is busy: 1 calls are running.");
            assertThat(text(crowded.receive())).isEqualTo("released");
        }
    }

    /** A closed pipe may take another write or two before it says so, and then the session ends its input. */
    private void pingWhileOpen() {
        try {
            client.send("{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"ping\"}");
        } catch (IOException e) {
            assertThat(e).isNotInstanceOf(java.io.InterruptedIOException.class);
        }
    }

    private void sessionLives() throws Exception {
        JsonNode answer = client.ask("{\"jsonrpc\":\"2.0\",\"id\":\"alive\",\"method\":\"ping\"}");
        assertThat(answer.toString()).isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":\"alive\",\"result\":{}}");
    }

    private static String call(int id, String tool, String arguments) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"tools/call\",\"params\":{\"name\":\"" + tool
                + "\",\"arguments\":" + arguments + "}}";
    }

    private static String text(JsonNode answer) {
        return answer.at("/result/content/0/text").asString("");
    }
}

package io.weathervane;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.testing.Await;
import io.weathervane.testing.FileWorker;
import io.weathervane.testing.ServerProcess;
import io.weathervane.testing.StdioClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What a client and a worker say to each other reaches the other side as it was said. One server and worker for all. */
class WorkerAnswersPassIT {
    private static final String TOOLS = "\"result\":{\"tools\":[{\"name\":\"t\",\"inputSchema\":{\"type\":\"object\"}},"
            + "{\"name\":\"measure\",\"inputSchema\":{\"type\":\"object\"},\"outputSchema\":"
            + "{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\"}},\"required\":[\"n\"]}}],"
            + "\"_meta\":{\"a.b/c\":[1,null]}}";

    @TempDir
    private static Path workspace;

    @TempDir
    private static Path folder;

    private static StdioClient client;

    @BeforeAll
    static void start() throws Exception {
        FileWorker.answers(folder, "tools/list", TOOLS);
        List<String> words = ServerProcess.weathervane(
                "run", "--stdio", "--http", "--port", "0", "--workspace", workspace.toString(), "--");
        words.addAll(FileWorker.command(folder));
        client = StdioClient.start(new ProcessBuilder(words));
        JsonNode welcome = client.answer(client.send(
                "initialize",
                "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"sampling\":{\"tools\":{}}},"
                        + "\"clientInfo\":{\"name\":\"test\",\"version\":\"1\"}}"));
        assertThat(welcome.has("result")).isTrue();
        client.sendLine("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
        assertThat(client.toolNames()).contains("t", "measure");
    }

    @AfterAll
    static void stop() {
        client.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "123456789012345678901234567890",
                "9007199254740993",
                "-9223372036854775808",
                "18446744073709551616",
                "-0.0",
                "1.0E-7",
                "0.30000000000000004",
                "1.7976931348623157E308",
                "1.0"
            })
    void aNumberKeepsItsValueBothWays(String number) throws Exception {
        String values = "{\"n\":" + number + ",\"list\":[" + number + "]}";

        assertThat(answered("\"result\":{\"content\":[],\"structuredContent\":" + values + "}")
                        .at("/result/structuredContent")
                        .toString())
                .isEqualTo(values);
        assertThat(received(values).path("arguments").toString()).isEqualTo(values);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\\ud800",
                "\\udc00x\\ud83d",
                "a\\u0000b",
                "\\u2028\\u2029\\u0085\\u007f\\ufeff\\uffff",
                "\\u001b[31m\\b\\f\\/\\\"\\\\",
                "gr\u00fc\u00df \ud83c\udf26 e\u0301 \u202e\u200b\u2028"
            })
    void aTextKeepsItsCharactersBothWays(String text) throws Exception {
        String meant = JsonRpcCodec.JSON.readTree("\"" + text + "\"").stringValue();

        assertThat(answered("\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"" + text + "\"}]}")
                        .at("/result/content/0/text")
                        .stringValue())
                .isEqualTo(meant);
        assertThat(received("{\"text\":\"" + text + "\"}").at("/arguments/text").stringValue())
                .isEqualTo(meant);
    }

    @Test
    void namesOfPropertiesAndTheirOrderAreKeptBothWays() throws Exception {
        String odd = "{\"z\":1,\"\":2,\"a\\u2028b\":3,\"__proto__\":4,\"\\u0000\":5,\"a\":{\"z\":null,\"a\":[{}]}}";
        List<String> names = List.of("z", "", "a\u2028b", "__proto__", "\u0000", "a");

        JsonNode there = answered("\"result\":{\"content\":[],\"structuredContent\":" + odd + "}")
                .at("/result/structuredContent");
        JsonNode back = received(odd).path("arguments");

        assertThat(there.propertyNames()).containsExactlyElementsOf(names);
        assertThat(back.propertyNames()).containsExactlyElementsOf(names);
        assertThat(there.path("a").toString()).isEqualTo("{\"z\":null,\"a\":[{}]}");
        assertThat(back).isEqualTo(there);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"content\":[{\"type\":\"text\",\"text\":\"no\"}],\"isError\":true,"
                        + "\"structuredContent\":{\"a\":null,\"b\":{\"c\":[null,{\"d\":{}}]}}}",
                "{\"content\":[{\"type\":\"audio\",\"data\":\"AAAA\",\"mimeType\":\"audio/wav\"}]}",
                "{\"content\":[{\"type\":\"image\",\"data\":\"iVBORw0KGgo=\",\"mimeType\":\"image/png\","
                        + "\"annotations\":{\"audience\":[\"user\"],\"priority\":0.9},\"_meta\":{\"a\":1}}]}",
                "{\"content\":[{\"type\":\"resource\",\"resource\":{\"uri\":\"file:///C:/a%20b/c.txt\","
                        + "\"mimeType\":\"x/y\",\"blob\":\"AAEC\",\"_meta\":{\"q\":null}}}]}",
                "{\"content\":[{\"type\":\"resource_link\",\"uri\":\"C:\\\\x\\\\y\",\"name\":\"n\","
                        + "\"size\":9007199254740993,\"icons\":[{\"src\":\"s\"}]}]}",
                "{\"zzz\":1,\"content\":[],\"_meta\":{\"a.b/c\":{\"x\":1},\"progressToken\":5},\"extra\":{\"y\":[]}}"
            })
    void aResultPassesAsItIs(String result) throws Exception {
        assertThat(answered("\"result\":" + result).path("result").toString()).isEqualTo(result);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"content\":[]}",
                "{\"content\":[],\"structuredContent\":{\"n\":1}}",
                "{\"content\":[],\"structuredContent\":{\"n\":\"x\"}}",
                "{\"content\":[],\"structuredContent\":{}}"
            })
    void whetherAResultFitsItsOutputSchemaIsForTheClientToJudge(String result) throws Exception {
        FileWorker.answers(folder, "measured", "\"result\":" + result);

        assertThat(client.answer(client.call("measure", "{\"answer\":\"measured\"}"))
                        .path("result")
                        .toString())
                .isEqualTo(result);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"code\":-32602,\"message\":\"m\",\"data\":{\"a\":null,\"b\":[1,{\"c\":1.0E-7}]}}",
                "{\"code\":-32002,\"message\":\"gone\",\"data\":{\"uri\":\"C:\\\\x\"}}",
                "{\"code\":1,\"message\":\"\",\"data\":null}",
                "{\"code\":0,\"message\":\"zero\",\"data\":\"text\"}",
                "{\"code\":404,\"message\":\"\u00fc\"}"
            })
    void anErrorPassesAsItIs(String error) throws Exception {
        assertThat(answered("\"error\":" + error).path("error").toString()).isEqualTo(error);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"file:///C:/Users/x%20y/a.txt", "C:\\\\temp\\\\b.txt", "test://\u00fc/\u00e4?q=1#f", "urn:isbn:1"
            })
    void aResourceIsListedAndReadByTheUriThatTheWorkerGaveIt(String uri) throws Exception {
        FileWorker.answers(
                folder, "resources/list", "\"result\":{\"resources\":[{\"uri\":\"" + uri + "\",\"name\":\"r\"}]}");
        String meant = JsonRpcCodec.JSON.readTree("\"" + uri + "\"").stringValue();

        assertThat(client.answer(client.send("resources/list", "{}")).at("/result/resources"))
                .extracting(resource -> resource.path("uri").asString(""))
                .contains(meant);
        assertThat(client.answer(client.send("resources/read", "{\"uri\":\"" + uri + "\"}"))
                        .at("/result/_meta/line/params/uri")
                        .asString(""))
                .isEqualTo(meant);
    }

    @ParameterizedTest
    @CsvSource({
        "tools/list,tools",
        "prompts/list,prompts",
        "resources/list,resources",
        "resources/templates/list,resourceTemplates"
    })
    void whatTheWorkerSaysOfAListStandsBesideOurEntriesToo(String method, String field) throws Exception {
        if (!method.equals("tools/list")) {
            FileWorker.answers(folder, method, "\"result\":{\"" + field + "\":[],\"_meta\":{\"a.b/c\":[1,null]}}");
        }

        JsonNode legacy = client.answer(client.send(method, "{}")).path("result");
        JsonNode modern = client.answer(client.send(
                        method,
                        "{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                                + "\"io.modelcontextprotocol/clientCapabilities\":{}}}"))
                .path("result");

        assertThat(legacy.path("_meta").toString()).isEqualTo("{\"a.b/c\":[1,null]}");
        assertThat(legacy.path(field).isEmpty()).as("ours").isFalse();
        assertThat(modern.at("/_meta/a.b~1c").toString()).isEqualTo("[1,null]");
    }

    @Test
    void aCompletionKeepsItsContext() throws Exception {
        FileWorker.answers(folder, "prompts/list", "\"result\":{\"prompts\":[{\"name\":\"p1\"}]}");
        String params =
                "{\"ref\":{\"type\":\"ref/prompt\",\"name\":\"p1\",\"title\":\"t\"},\"argument\":{\"name\":\"a\","
                        + "\"value\":\"v \u00fc\"},\"context\":{\"arguments\":{\"k\":\"v\"}}}";

        assertThat(client.answer(client.send("completion/complete", params)).at("/result/_meta/line/params"))
                .isEqualTo(JsonRpcCodec.JSON.readTree(params));
    }

    @Test
    void aQuestionWithToolsAndItsReplyPassAsTheyAre() throws Exception {
        String params = "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}],"
                + "\"maxTokens\":9,\"tools\":[{\"name\":\"t\",\"inputSchema\":{\"type\":\"object\"}}],"
                + "\"toolChoice\":{\"mode\":\"auto\"},\"metadata\":{\"k\":1},\"_meta\":{\"a.b/c\":2}}";
        String reply = "{\"role\":\"assistant\",\"model\":\"m\",\"stopReason\":\"toolUse\",\"content\":[{\"type\":"
                + "\"tool_use\",\"id\":\"u1\",\"name\":\"t\",\"input\":{\"a\":1.5,\"b\":null}}],\"_meta\":{\"r\":1},\"extra\":1}";
        FileWorker.answers(
                folder,
                "sample",
                "{\"jsonrpc\":\"2.0\",\"id\":\"s/1\",\"method\":\"sampling/createMessage\",\"params\":" + params
                        + "}\n");

        int call = client.call("t", "{\"asks\":\"sample\"}");
        Await.until("the question", () -> !told("sampling/createMessage").isEmpty());
        JsonNode question = told("sampling/createMessage").get(0);
        client.sendLine("{\"jsonrpc\":\"2.0\",\"id\":" + question.path("id") + ",\"result\":" + reply + "}");

        assertThat(question.path("params").toString()).isEqualTo(params);
        JsonNode heard = client.answer(call).at("/result/structuredContent");
        assertThat(heard.path("id").asString("")).isEqualTo("s/1");
        assertThat(heard.path("result").toString()).isEqualTo(reply);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "\"\"", "\"p-1\"", "9007199254740993"})
    void progressComesWithTheTokenThatTheClientChose(String token) throws Exception {
        client.answer(client.send(
                "tools/call",
                "{\"name\":\"t\",\"arguments\":{\"steps\":1},\"_meta\":{\"progressToken\":" + token + "}}"));

        assertThat(told("notifications/progress"))
                .extracting(step -> step.at("/params/progressToken").toString())
                .containsOnlyOnce(token);
    }

    @Test
    void aCancelNamesTheWorkersOwnIdOfTheCallAndTheClientsReason() throws Exception {
        client.sendLine("{\"jsonrpc\":\"2.0\",\"id\":\"mine\",\"method\":\"tools/call\",\"params\":{\"name\":\"t\","
                + "\"arguments\":{\"silent\":1}}}");
        Await.until("the worker has it", () -> heard("tools/call").size() == 1);

        client.sendLine("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":"
                + "{\"requestId\":\"mine\",\"reason\":\"enough \u00fc\"}}");

        Await.until("the worker hears", () -> heard("notifications/cancelled").size() == 1);
        JsonNode id = heard("tools/call").get(0).path("id");
        JsonNode cancelled = heard("notifications/cancelled").get(0).path("params");
        assertThat(cancelled.path("requestId")).isEqualTo(id);
        assertThat(cancelled.path("reason").asString("")).isEqualTo("enough \u00fc");
    }

    @Test
    void paramsOfACallThatMcpDoesNotNameReachTheWorker() throws Exception {
        JsonNode params = client.answer(
                        client.send(
                                "tools/call",
                                "{\"name\":\"t\",\"arguments\":{\"a\":1},\"extra\":{\"e\":[1.0,null]},\"_meta\":{\"a.b/c\":1}}"))
                .at("/result/structuredContent/params");

        assertThat(params.path("extra").toString()).isEqualTo("{\"e\":[1.0,null]}");
        assertThat(params.path("arguments").toString()).isEqualTo("{\"a\":1}");
        assertThat(params.propertyNames()).containsExactlyInAnyOrder("name", "arguments", "extra", "_meta");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "prompts/get         | \"name\":\"p1\",\"arguments\":{\"a\":\"\u00fc\"}",
                "resources/read      | \"uri\":\"w://s\"",
                "completion/complete |"
                        + " \"ref\":{\"type\":\"ref/prompt\",\"name\":\"p1\"},\"argument\":{\"name\":\"a\",\"value\":\"\"}"
            })
    void paramsOfOtherRequestsThatMcpDoesNotNameReachTheWorkerToo(String method, String params) throws Exception {
        FileWorker.answers(folder, "prompts/list", "\"result\":{\"prompts\":[{\"name\":\"p1\"}]}");
        FileWorker.answers(folder, "resources/list", "\"result\":{\"resources\":[{\"uri\":\"w://s\",\"name\":\"s\"}]}");
        String all = "{" + params + ",\"extra\":{\"e\":[1.0,null]}}";

        JsonNode heard = client.answer(client.send(method, all)).at("/result/_meta/line/params");

        assertThat(heard).isEqualTo(JsonRpcCodec.JSON.readTree(all));
    }

    @Test
    void anUnknownToolsErrorKeepsTheDataThatTheWorkerGivesIt() throws Exception {
        FileWorker.answers(
                folder, "unknown", "\"error\":{\"code\":-32602,\"message\":\"?\",\"data\":{\"n\":\"nonesuch\"}}");

        JsonNode error = client.answer(client.call("nonesuch", "{\"answer\":\"unknown\"}"))
                .path("error");

        assertThat(error.path("message").asString("")).startsWith("Unknown tool: nonesuch");
        assertThat(error.path("data").toString()).isEqualTo("{\"n\":\"nonesuch\"}");
    }

    @Test
    void anIdMayBeUsedAgainAfterItsAnswer() throws Exception {
        for (int use = 1; use <= 2; use++) {
            client.sendLine("{\"jsonrpc\":\"2.0\",\"id\":77777,\"method\":\"tools/call\",\"params\":{\"name\":\"t\","
                    + "\"arguments\":{\"use\":" + use + "}}}");
            int uses = use;
            Await.until("its answer", () -> client.answers(77777).size() == uses);
        }

        assertThat(client.answers(77777))
                .extracting(answer -> answer.at("/result/structuredContent/params/arguments/use")
                        .asInt())
                .containsExactly(1, 2);
    }

    @Test
    void aSecondAnswerAndAnswersToNothingReachNoClient() throws Exception {
        FileWorker.answers(folder, "stray", """
            {"jsonrpc":"2.0","id":987654,"result":{"content":[]}}
            {"jsonrpc":"2.0","id":"nobody","result":{"content":[]}}
            {"jsonrpc":"2.0","id":4242,"error":{"code":1,"message":"m"}}
            {"jsonrpc":"2.0","method":"notifications/unknown","params":{"a":1}}
            {"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":777}}
            {"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"nobody","progress":1}}
            """);
        client.answer(client.call("t"));
        int before = client.received().size();

        int twice = client.call("t", "{\"twice\":1}");
        client.answer(twice);
        int stray = client.call("t", "{\"first\":\"stray\"}");
        client.answer(stray);

        assertThat(client.received().stream()
                        .skip(before)
                        .filter(message -> !message.path("method").asString("").endsWith("list_changed")))
                .extracting(message -> message.path("id").asInt(-1))
                .containsExactly(twice, stray);
    }

    @ParameterizedTest
    @ValueSource(strings = {"elicitation/create", "roots/list"})
    void aQuestionThatTheClientCannotBeAskedIsRefusedAtOnce(String method) throws Exception {
        FileWorker.answers(
                folder,
                "ask",
                "{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"method\":\"" + method + "\",\"params\":{\"message\":\"m\","
                        + "\"requestedSchema\":{\"type\":\"object\",\"properties\":{}}}}\n");

        JsonNode heard = client.answer(client.call("t", "{\"asks\":\"ask\"}")).at("/result/structuredContent");

        assertThat(heard.path("id").asString("")).isEqualTo("q");
        assertThat(heard.at("/error/message").asString("")).contains("did not declare that it can be");
        assertThat(told(method)).isEmpty();
    }

    @Test
    void changedResourcesAreToldOfAndListed() throws Exception {
        FileWorker.answers(
                folder, "changed", "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/list_changed\"}\n");
        FileWorker.answers(
                folder, "resources/list", "\"result\":{\"resources\":[{\"uri\":\"w://grown\",\"name\":\"g\"}]}");

        client.answer(client.call("t", "{\"first\":\"changed\"}"));

        Await.until(
                "it is told",
                () -> !told("notifications/resources/list_changed").isEmpty());
        assertThat(client.answer(client.send("resources/list", "{}")).toString())
                .contains("w://grown");
    }

    @Test
    void twoHundredCallsAtOnceOnStdioGetEachItsOwnAnswer() throws Exception {
        List<Integer> calls = new ArrayList<>();
        for (int number = 0; number < 200; number++) {
            calls.add(client.call("t", "{\"n\":" + number + "}"));
        }

        for (int number = 0; number < calls.size(); number++) {
            assertThat(client.answer(calls.get(number))
                            .at("/result/structuredContent/params/arguments/n")
                            .asInt(-1))
                    .isEqualTo(number);
        }
    }

    @Test
    void sixtyCallsAtOnceOverHttpGetEachItsOwnAnswer() throws Exception {
        URI uri = client.address();
        HttpClient http = HttpClient.newHttpClient();
        List<CompletableFuture<HttpResponse<String>>> answers = IntStream.range(0, 60)
                .mapToObj(number -> http.sendAsync(posting(uri, number), HttpResponse.BodyHandlers.ofString()))
                .toList();

        for (int number = 0; number < answers.size(); number++) {
            HttpResponse<String> answer = answers.get(number).get(60, TimeUnit.SECONDS);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            JsonNode message = JsonRpcCodec.JSON.readTree(answer.body());
            assertThat(message.path("id").asInt(-1)).isEqualTo(number);
            assertThat(message.at("/result/structuredContent/params/arguments/n")
                            .asInt(-1))
                    .isEqualTo(number);
        }
    }

    private static HttpRequest posting(URI uri, int number) {
        return HttpRequest.newBuilder(uri)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream")
                .POST(HttpRequest.BodyPublishers.ofString("{\"jsonrpc\":\"2.0\",\"id\":" + number
                        + ",\"method\":\"tools/call\",\"params\":{\"name\":\"t\",\"arguments\":{\"n\":" + number
                        + "}}}"))
                .build();
    }

    /** What the client gets when the worker answers a call so. */
    private static JsonNode answered(String answer) throws IOException {
        FileWorker.answers(folder, "one", answer);
        return client.answer(client.call("t", "{\"answer\":\"one\"}"));
    }

    /** The params that the worker gets of a call with these arguments. */
    private static JsonNode received(String arguments) throws IOException {
        return client.answer(client.call("t", arguments)).at("/result/structuredContent/params");
    }

    private static List<JsonNode> told(String method) {
        return client.received().stream()
                .filter(message -> message.path("method").asString("").equals(method))
                .toList();
    }

    private static List<JsonNode> heard(String method) throws IOException {
        return FileWorker.heard(folder).stream()
                .map(JsonRpcCodec.JSON::readTree)
                .filter(message -> message.path("method").asString("").equals(method))
                .toList();
    }
}

package io.weathervane.transport.stdio;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.conformance.ConformanceServer;
import io.weathervane.testing.ScriptedTools;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * What the public conformance suite asks of HTTP, and what stdio has of its own, on a session with the fixture that the
 * suite runs against. The client checks each message against the schema of its generation.
 */
class StdioConformanceTest {
    private static final String META = "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
            + "\"io.modelcontextprotocol/clientCapabilities\":{\"elicitation\":{},\"sampling\":{},\"roots\":{}}}";

    private static final String ACCEPT = "{\"action\":\"accept\",\"content\":{\"name\":\"Ann\"}}";

    private final ConformanceServer fixture = new ConformanceServer();
    private LineClient client;

    @BeforeEach
    void start() throws IOException {
        client = new LineClient(fixture.dispatcher());
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"what/ever\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"server/discover\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"server/discover\",\"params\":{" + META + "}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{" + META + "}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"subscriptions/listen\"}",
                "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"ping\"}",
                "[]",
                "Content-Length: 52",
                "\u0000\u0001",
            })
    void answersAnyFirstLineAndIsInitializedAfterIt(String line) throws Exception {
        assertThat(client.ask(line).has("jsonrpc")).isTrue();

        initialize("{}");
        assertThat(ask(2, "tools/list", "").at("/result/tools").size()).isGreaterThan(10);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-7",
                "9007199254740993",
                "123456789012345678901234567890",
                "\"\"",
                "\"7\"",
                "\"é \\\"x\\\"\""
            })
    void echoesAnIdInItsTypeInEitherEraAndInErrors(String id) throws Exception {
        String head = "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"";
        JsonNode sent = ScriptedTools.json("{\"id\":" + id + "}").get("id");

        assertThat(client.ask(head + "ping\"}").get("id")).isEqualTo(sent);
        assertThat(client.ask(head + "tools/list\",\"params\":{" + META + "}}").get("id"))
                .isEqualTo(sent);
        assertThat(client.ask(head + "nothing/here\"}").get("id")).isEqualTo(sent);
    }

    @Test
    void refusesARequestWhoseIdIsNull() throws Exception {
        assertThat(code(client.ask("{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}")))
                .isEqualTo(-32600);
    }

    @Test
    void remembersNothingOfOneModernRequestForTheNext() throws Exception {
        initialize("{\"elicitation\":{}}");
        String bare = META.replace("{\"elicitation\":{},\"sampling\":{},\"roots\":{}}", "{}");

        JsonNode first = modernCall(2, "test_input_required_result_elicitation", "");
        JsonNode second = ask(3, "tools/call", "\"name\":\"test_input_required_result_elicitation\"," + bare);

        assertThat(first.at("/result/resultType").asString("")).isEqualTo("input_required");
        assertThat(code(second)).isEqualTo(-32021);
        assertThat(second.at("/error/data/requiredCapabilities").toString()).isEqualTo("{\"elicitation\":{}}");
    }

    @Test
    void asksAModernClientByTheResultAndNeverWithARequest() throws Exception {
        initialize("{\"elicitation\":{},\"sampling\":{},\"roots\":{}}");

        JsonNode asked = modernCall(2, "test_input_required_result_multiple_inputs", "");
        JsonNode done = modernCall(
                3,
                "test_input_required_result_multiple_inputs",
                ",\"requestState\":" + asked.at("/result/requestState") + ",\"inputResponses\":{\"user_name\":" + ACCEPT
                        + ",\"greeting\":{\"role\":\"assistant\",\"content\":{\"type\":\"text\",\"text\":\"Hi\"},"
                        + "\"model\":\"m\"},\"client_roots\":{\"roots\":[{\"uri\":\"file:///a\"}]}}");

        assertThat(asked.at("/result/inputRequests").propertyNames())
                .containsExactlyInAnyOrder("user_name", "greeting", "client_roots");
        assertThat(text(done)).isEqualTo("Hi Ann, with file:///a");
        assertThat(client.unread()).isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        test_elicitation | "message":"Hello" | elicitation/create     | {"action":"accept","content":{"username":"ann"}} | ann
        test_elicitation | "message":"Hello" | elicitation/create     | {"action":"decline"}                             | decline
        test_elicitation | "message":"Hello" | elicitation/create     | {"action":"cancel"}                              | cancel
        test_sampling    | "prompt":"Hello"  | sampling/createMessage | {"role":"assistant","model":"m","content":{"type":"text","text":"well"}} | well
        """)
    void asksALegacyClientOnTheSameStreamAndGoesOnWithItsAnswer(
            String tool, String argument, String method, String answer, String inText) throws Exception {
        initialize("{\"elicitation\":{},\"sampling\":{}}");
        client.send(request(2, "tools/call", "\"name\":\"" + tool + "\",\"arguments\":{" + argument + "}"));

        JsonNode question = client.receive();
        assertThat(question.path("method").asString("")).isEqualTo(method);
        assertThat(ask(3, "ping", "").path("id").asInt()).isEqualTo(3);
        client.send("{\"jsonrpc\":\"2.0\",\"id\":" + question.get("id") + ",\"result\":" + answer + "}");

        assertThat(text(client.receive())).contains(inText);
    }

    @Test
    void neverAnswersACallThatWasCancelledWhileItsClientWasAsked() throws Exception {
        initialize("{\"elicitation\":{}}");
        client.send(request(2, "tools/call", "\"name\":\"test_elicitation\",\"arguments\":{\"message\":\"m\"}"));
        JsonNode question = client.receive();

        client.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":2}}");
        client.send("{\"jsonrpc\":\"2.0\",\"id\":" + question.get("id") + ",\"result\":" + ACCEPT + "}");

        assertThat(ask(3, "ping", "").path("id").asInt()).isEqualTo(3);
        assertThat(client.unread()).isZero();
    }

    @Test
    void endsAtOnceWhenTheInputEndsWhileItsClientIsAskedAndListens() throws Exception {
        initialize("{\"elicitation\":{}}");
        ask(2, "subscriptions/listen", "\"notifications\":{\"toolsListChanged\":true}," + META);
        client.send(request(3, "tools/call", "\"name\":\"test_elicitation\",\"arguments\":{\"message\":\"m\"}"));
        client.receive();

        client.toServer.close();

        client.server.join(Duration.ofSeconds(5).toMillis());
        assertThat(client.server.isAlive()).isFalse();
    }

    @Test
    void logsToALegacyClientFromTheLevelItHasSet() throws Exception {
        initialize("{}");
        assertThat(text(call(2, "test_logging_tool"))).isEqualTo("Logged");

        assertThat(ask(3, "logging/setLevel", "\"level\":\"info\"")
                        .get("result")
                        .toString())
                .isEqualTo("{}");
        assertThat(call(4, "test_logging_tool").path("method").asString("")).isEqualTo("notifications/message");
        assertThat(client.receive().path("id").asInt()).isEqualTo(4);

        ask(5, "logging/setLevel", "\"level\":\"error\"");
        assertThat(text(call(6, "test_logging_tool"))).isEqualTo("Logged");
        assertThat(code(ask(7, "logging/setLevel", "\"level\":\"loud\""))).isEqualTo(-32602);
    }

    @Test
    void logsToAModernClientOnlyForARequestThatSaysTheLevel() throws Exception {
        assertThat(text(modernCall(1, "test_logging_tool", ""))).isEqualTo("Logged");

        String wanting = META.replace("_meta\":{", "_meta\":{\"io.modelcontextprotocol/logLevel\":\"debug\",");
        client.send(request(2, "tools/call", "\"name\":\"test_logging_tool\"," + wanting));
        assertThat(client.receive().path("method").asString("")).isEqualTo("notifications/message");
        assertThat(text(client.receive())).isEqualTo("Logged");

        assertThat(text(modernCall(3, "test_logging_tool", ""))).isEqualTo("Logged");
        assertThat(code(ask(4, "tools/call", "\"name\":\"test_logging_tool\"," + wanting.replace("debug", "loud"))))
                .isEqualTo(-32602);
    }

    @Test
    void tellsAModernListenerAndALegacySessionOnOneStreamEachInItsForm() throws Exception {
        initialize("{}");
        JsonNode acknowledged =
                client.ask("{\"jsonrpc\":\"2.0\",\"id\":\"seven\",\"method\":\"subscriptions/listen\",\"params\":{"
                        + "\"notifications\":{\"toolsListChanged\":true},"
                        + META
                        + "}}");
        assertThat(acknowledged.path("method").asString("")).isEqualTo("notifications/subscriptions/acknowledged");

        List<JsonNode> messages = new ArrayList<>(List.of(call(2, "test_trigger_tool_change")));
        messages.add(client.receive());
        messages.add(client.receive());

        List<JsonNode> told = messages.stream()
                .filter(message -> message.path("method").asString("").equals("notifications/tools/list_changed"))
                .toList();
        assertThat(told).hasSize(2);
        assertThat(told.stream().map(message -> message.at("/params/_meta/io.modelcontextprotocol~1subscriptionId")))
                .anyMatch(JsonNode::isMissingNode)
                .anyMatch(id -> id.isString() && id.stringValue().equals("seven"));
    }

    @Test
    void tellsNothingBesidesTheFilterAndNothingAfterACancellation() throws Exception {
        ask(1, "subscriptions/listen", "\"notifications\":{\"promptsListChanged\":true}," + META);
        assertThat(text(modernCall(2, "test_trigger_tool_change", ""))).isEqualTo("Told");
        client.send(request(3, "tools/call", "\"name\":\"test_trigger_prompt_change\"," + META));
        assertThat(List.of(client.receive(), client.receive()).stream()
                        .map(message -> message.path("method").asString("answer")))
                .containsExactlyInAnyOrder("answer", "notifications/prompts/list_changed");

        client.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":1}}");
        assertThat(text(modernCall(4, "test_trigger_prompt_change", ""))).isEqualTo("Told");
        assertThat(ask(5, "tools/list", META).path("id").asInt()).isEqualTo(5);
        assertThat(client.unread()).isZero();
    }

    @Test
    void keepsNothingOfASubscriptionThatIsOver() throws Exception {
        ask(1, "subscriptions/listen", "\"notifications\":{\"toolsListChanged\":true}," + META);
        client.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":1}}");

        assertThat(ask(1, "subscriptions/listen", "\"notifications\":{\"toolsListChanged\":true}," + META)
                        .path("method")
                        .asString(""))
                .isEqualTo("notifications/subscriptions/acknowledged");
    }

    @Test
    void tellsALegacyClientOfTheResourcesItHasSubscribedTo() throws Exception {
        initialize("{}");
        String watched = "\"uri\":\"test://watched-resource\"";
        assertThat(code(ask(2, "resources/subscribe", "\"uri\":\"test://nowhere\"")))
                .isEqualTo(-32002);
        assertThat(ask(3, "resources/subscribe", watched).get("result").toString())
                .isEqualTo("{}");

        fixture.dispatcher().changes().resourceUpdated("test://static-text");
        fixture.dispatcher().changes().resourceUpdated("test://watched-resource");
        assertThat(client.receive().at("/params/uri").asString("")).isEqualTo("test://watched-resource");

        ask(4, "resources/unsubscribe", watched);
        fixture.dispatcher().changes().resourceUpdated("test://watched-resource");
        assertThat(ask(5, "ping", "").path("id").asInt()).isEqualTo(5);
        assertThat(client.unread()).isZero();
    }

    @Test
    void saysInTheWordsOfEachEraThatAResourceIsMissing() throws Exception {
        String missing = "\"uri\":\"test://nowhere/../etc\"";
        JsonNode modern = ask(1, "resources/read", missing + "," + META);
        JsonNode legacy = ask(2, "resources/read", missing);

        assertThat(code(modern)).isEqualTo(-32602);
        assertThat(modern.at("/error/data/uri").asString("")).isEqualTo("test://nowhere/../etc");
        assertThat(code(legacy)).isEqualTo(-32002);
    }

    @Test
    void passesOverUnknownMetaKeysAndRequestsWithoutClientInfo() throws Exception {
        String more = META.replace("_meta\":{", "_meta\":{\"com.example/x\":{\"y\":[1]},\"traceparent\":\"junk\",");

        assertThat(text(ask(1, "tools/call", "\"name\":\"test_simple_text\"," + more)))
                .contains("simple text");
    }

    @ParameterizedTest
    @ValueSource(strings = {"claude-code", "admin", "", "weathervane"})
    void treatsClientsAlikeWhateverTheyCallThemselves(String name) throws Exception {
        String named = META.replace(
                "_meta\":{",
                "_meta\":{\"io.modelcontextprotocol/clientInfo\":{\"name\":\"" + name + "\",\"version\":\"1\"},");

        assertThat(ask(1, "tools/list", named).get("result"))
                .isEqualTo(ask(2, "tools/list", META).get("result"));
        assertThat(ask(3, "server/discover", named).get("result"))
                .isEqualTo(ask(4, "server/discover", META).get("result"));
    }

    @Test
    void listsTheSameToolsOnEveryConnectionWhateverWasSaidOnIt() throws Exception {
        initialize("{\"elicitation\":{},\"sampling\":{},\"roots\":{}}");
        ask(1, "logging/setLevel", "\"level\":\"debug\"");
        call(2, "test_simple_text");
        JsonNode known = resultOf(ask(3, "tools/list", ""));
        JsonNode modern = resultOf(ask(4, "tools/list", META));
        assertThat(known.path("tools").size()).isGreaterThan(10);
        assertThat(modern.get("tools")).isEqualTo(known.get("tools"));

        try (LineClient fresh = new LineClient(fixture.dispatcher())) {
            String bare = META.replace("{\"elicitation\":{},\"sampling\":{},\"roots\":{}}", "{}");

            assertThat(resultOf(fresh.ask(request(5, "tools/list", bare)))).isEqualTo(modern);
            assertThat(resultOf(fresh.ask(request(6, "tools/list", "")))).isEqualTo(known);
        }
    }

    @Test
    void keepsProgressAndLogsOffASubscription() throws Exception {
        ask(1, "subscriptions/listen", "\"notifications\":{\"toolsListChanged\":true}," + META);
        String wanting = META.replace(
                "_meta\":{", "_meta\":{\"progressToken\":\"p\",\"io.modelcontextprotocol/logLevel\":\"debug\",");
        client.send(request(2, "tools/call", "\"name\":\"test_tool_with_progress\"," + wanting));
        client.send(request(3, "tools/call", "\"name\":\"test_tool_with_logging\"," + wanting));

        for (int message = 0; message < 3 + 3 + 2; message++) {
            assertThat(client.receive().at("/params/_meta").isMissingNode()).isTrue();
        }
    }

    private void initialize(String capabilities) throws Exception {
        JsonNode answer = client.ask("{\"jsonrpc\":\"2.0\",\"id\":\"init\",\"method\":\"initialize\",\"params\":{"
                + "\"protocolVersion\":\"2025-11-25\",\"capabilities\":" + capabilities
                + ",\"clientInfo\":{\"name\":\"test\",\"version\":\"1\"}}}");
        assertThat(answer.at("/result/protocolVersion").asString("")).isEqualTo("2025-11-25");
        client.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
    }

    private JsonNode ask(int id, String method, String params) throws Exception {
        return client.ask(request(id, method, params));
    }

    private JsonNode call(int id, String tool) throws Exception {
        return ask(id, "tools/call", "\"name\":\"" + tool + "\"");
    }

    private JsonNode modernCall(int id, String tool, String more) throws Exception {
        return ask(id, "tools/call", "\"name\":\"" + tool + "\"," + META + more);
    }

    private static String request(int id, String method, String params) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":{" + params + "}}";
    }

    private static JsonNode resultOf(JsonNode answer) {
        assertThat(answer.has("result")).as("%s", answer).isTrue();
        return answer.get("result");
    }

    private static int code(JsonNode answer) {
        return answer.at("/error/code").asInt(0);
    }

    private static String text(JsonNode answer) {
        return answer.at("/result/content/0/text").asString("");
    }
}

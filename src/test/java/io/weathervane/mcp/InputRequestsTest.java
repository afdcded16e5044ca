package io.weathervane.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.jsonrpc.InputRequest;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.tool.InputAnswer;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolResult;
import io.weathervane.util.Threads;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A tool that asks its client twice, in both generations. */
class InputRequestsTest {
    private static final String ACCEPT_NAME = "{\"action\":\"accept\",\"content\":{\"name\":\"Ann\"}}";
    private static final String ACCEPT_COLOR = "{\"action\":\"accept\",\"content\":{\"color\":\"red\"}}";

    private final AtomicInteger done = new AtomicInteger();
    private final ScriptedClient client = new ScriptedClient(this::askTwice);

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void endsAModernCallWithTheQuestionAndGoesOnWithTheAnswer() throws Exception {
        JsonNode first = result(client.ask("tools/call", modern("{}", "")));
        assertThat(first.path("resultType").asString("")).isEqualTo("input_required");
        assertThat(first.at("/inputRequests/name/method").asString("")).isEqualTo("elicitation/create");
        assertThat(first.has("ttlMs")).isFalse();

        JsonNode second = result(client.ask("tools/call", modern("{}", answers(first, "name", ACCEPT_NAME))));
        assertThat(second.at("/inputRequests").propertyNames()).containsExactly("color");
        assertThat(second.path("requestState")).isNotEqualTo(first.path("requestState"));

        JsonNode third = result(client.ask("tools/call", modern("{}", answers(second, "color", ACCEPT_COLOR))));
        assertThat(third.path("resultType").asString("")).isEqualTo("complete");
        assertThat(third.toString()).contains("Ann likes red");
    }

    @Test
    void doesItOnceHoweverOftenTheLastAnswerComes() throws Exception {
        JsonNode first = result(client.ask("tools/call", modern("{}", "")));
        JsonNode second = result(client.ask("tools/call", modern("{}", answers(first, "name", ACCEPT_NAME))));
        String last = modern("{}", answers(second, "color", ACCEPT_COLOR));
        client.ask("tools/call", last);

        assertThat(errorCode(client.ask("tools/call", last))).isEqualTo(-32602);
        assertThat(done).hasValue(1);
    }

    @Test
    void refusesAnAnswerOfAnotherCallerAndForOtherArguments() throws Exception {
        JsonNode first = result(client.ask("tools/call", modern("{}", "")));
        String answer = answers(first, "name", ACCEPT_NAME);

        ScriptedClient eve = client.as("eve");
        assertThat(errorCode(eve.ask("tools/call", modern("{}", answer)))).isEqualTo(-32602);
        assertThat(errorCode(client.ask("tools/call", modern("{\"other\":1}", answer))))
                .isEqualTo(-32602);
        assertThat(result(client.ask("tools/call", modern("{}", answer)))
                        .at("/inputRequests/color")
                        .isObject())
                .isTrue();
    }

    @Test
    void asksAgainWhenTheAnswerIsMissingOrUnderAnotherName() throws Exception {
        JsonNode first = result(client.ask("tools/call", modern("{}", "")));

        for (String again : new String[] {
            ",\"inputResponses\":{\"name\":" + ACCEPT_NAME + "}",
            answers(first, "wrong", ACCEPT_NAME),
            answers(first, "name", "{\"action\":\"perhaps\"}")
        }) {
            JsonNode answer = result(client.ask("tools/call", modern("{}", again)));
            assertThat(answer.at("/inputRequests").propertyNames()).containsExactly("name");
        }
        assertThat(done).hasValue(0);
    }

    @Test
    void takesAnswersUnaskedForACallThatMayComeTwiceAndIgnoresTheRest() throws Exception {
        String all = ",\"inputResponses\":{\"name\":" + ACCEPT_NAME + ",\"color\":" + ACCEPT_COLOR
                + ",\"shoe\":{\"action\":\"accept\"},\"hat\":7}";
        JsonNode answer = result(client.ask("tools/call", modern("{}", all).replace("\"ask\"", "\"look\"")));

        assertThat(answer.path("resultType").asString("")).isEqualTo("complete");
        assertThat(answer.toString()).contains("Ann likes red");
    }

    @Test
    void refusesAnswersThatAreNoObjects() throws Exception {
        JsonNode first = result(client.ask("tools/call", modern("{}", "")));

        assertThat(errorCode(client.ask("tools/call", modern("{}", answers(first, "name", "12345")))))
                .isEqualTo(-32602);
        assertThat(errorCode(client.ask("tools/call", modern("{}", ",\"inputResponses\":null"))))
                .isEqualTo(-32602);
        assertThat(errorCode(client.ask("tools/call", modern("{}", ",\"requestState\":7"))))
                .isEqualTo(-32602);
    }

    @Test
    void tellsAModernClientWhichCapabilityItWouldNeed() throws Exception {
        for (String capabilities : new String[] {"{}", "{\"elicitation\":{\"url\":{}}}", "{\"sampling\":{}}"}) {
            JsonNode answer = client.ask("tools/call", modern("{}", "").replace("{\"elicitation\":{}}", capabilities));

            assertThat(errorCode(answer)).isEqualTo(-32021);
            assertThat(answer.at("/error/data/requiredCapabilities").toString()).isEqualTo("{\"elicitation\":{}}");
        }
    }

    @Test
    void asksALegacyClientWhileTheCallWaits() throws Exception {
        initialize("{\"elicitation\":{}}");
        Thread call = call();

        JsonNode name = client.receive();
        assertThat(name.path("method").asString("")).isEqualTo("elicitation/create");
        client.answer(name, ACCEPT_NAME);
        client.answer(client.receive(), ACCEPT_COLOR);

        assertThat(client.receive().toString()).contains("Ann likes red");
        call.join();
    }

    @Test
    void tellsALegacyToolThatNobodyAnswered() throws Exception {
        initialize("{\"elicitation\":{}}");
        Thread refused = call();
        client.answer(client.receive(), "{\"neither\":true}");
        assertThat(client.receive().at("/result/content/0/text").asString(""))
                .contains("no answer to elicitation/create", "Nothing was done");
        refused.join();

        Thread left = call();
        client.receive();
        client.session.close();
        left.join();
        assertThat(done).hasValue(0);
    }

    @Test
    void doesNotAskALegacyClientThatCannotBeAsked() throws Exception {
        initialize("{}");

        JsonNode answer = client.ask("tools/call", "{\"name\":\"ask\"}");

        assertThat(answer.at("/result/isError").asBoolean(false)).isTrue();
        assertThat(answer.at("/result/content/0/text").asString("")).contains("elicitation");
    }

    private void initialize(String capabilities) throws InterruptedException {
        client.ask("initialize", "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":" + capabilities + "}");
    }

    private Thread call() {
        Thread call = Threads.daemon("call", () -> client.send("tools/call", "{\"name\":\"ask\"}"));
        call.start();
        return call;
    }

    private ToolResult askTwice(ToolCall call) {
        String name = ask(call, "name");
        String color = ask(call, "color");
        done.incrementAndGet();
        return ToolResult.of(name + " likes " + color, JsonRpcCodec.JSON.createObjectNode());
    }

    private static String ask(ToolCall call, String field) {
        InputAnswer answer = call.channel()
                .ask(Map.of(field, InputRequest.form("Your " + field + "?", ScriptedClient.form(field))))
                .get(field);
        return answer.accepted()
                .map(formatter -> formatter.path(field).asString(""))
                .orElse("nobody");
    }

    private static String modern(String arguments, String more) {
        return "{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                + "\"io.modelcontextprotocol/clientCapabilities\":{\"elicitation\":{}}},"
                + "\"name\":\"ask\",\"arguments\":" + arguments + more + "}";
    }

    private static String answers(JsonNode required, String key, String answer) {
        return ",\"requestState\":" + required.path("requestState") + ",\"inputResponses\":{\"" + key + "\":" + answer
                + "}";
    }

    private static JsonNode result(JsonNode answer) {
        assertThat(answer.path("result")).as("%s", answer).isInstanceOf(ObjectNode.class);
        return answer.path("result");
    }

    private static int errorCode(JsonNode answer) {
        return answer.at("/error/code").asInt(0);
    }
}

package io.weathervane.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.weathervane.jsonrpc.InputRequest;
import io.weathervane.jsonrpc.InputRequiredException;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.jsonrpc.RequestId;
import io.weathervane.testing.FakeTicker;
import io.weathervane.testing.ScriptedTools;
import io.weathervane.tool.Caller;
import io.weathervane.tool.InputAnswer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** The rounds of one call, each a request of its own with what the one before gave its client. */
class MultiRoundTripTest {
    private static final Caller ANN = new Caller("ann", Caller.Transport.HTTP);
    private static final String ARGUMENTS = "{\"file\":\"a\",\"count\":2}";
    private static final String ACCEPT = "{\"action\":\"accept\",\"content\":{\"x\":1}}";

    private final FakeTicker ticker = new FakeTicker();
    private final RequestStateSealer states = new RequestStateSealer(ticker);

    /** A request as a client sends it. */
    private static McpRequest request(String method, String arguments, String more) {
        ObjectNode params = ScriptedTools.json("{\"name\":\"tool\",\"arguments\":" + arguments + more + "}");
        params.set("_meta", ScriptedTools.json("""
            {"io.modelcontextprotocol/protocolVersion": "2026-07-28",
             "io.modelcontextprotocol/clientCapabilities": {"elicitation": {}}}\
            """));
        return McpRequest.of(
                new JsonRpcMessage.Request(RequestId.of(1), method, params), Optional.empty(), Optional.empty());
    }

    private MultiRoundTrip round(String more) {
        return new MultiRoundTrip(states, request("tools/call", ARGUMENTS, more), ANN, /* repeatable= */ false);
    }

    private MultiRoundTrip repeatable(String more) {
        return new MultiRoundTrip(states, request("tools/call", ARGUMENTS, more), ANN, /* repeatable= */ true);
    }

    private static String with(String state, String answers) {
        return ",\"requestState\":\"" + state + "\"" + answers(answers);
    }

    private static String answers(String answers) {
        return ",\"inputResponses\":" + answers;
    }

    private static Map<String, InputRequest> forms(String... keys) {
        Map<String, InputRequest> forms = new LinkedHashMap<>();
        for (String key : keys) {
            forms.put(key, InputRequest.form("Your " + key + "?", ScriptedTools.json("{\"type\":\"object\"}")));
        }
        return forms;
    }

    private static InputRequiredException openQuestions(MultiRoundTrip round, String... keys) {
        return catchThrowableOfType(InputRequiredException.class, () -> round.ask(forms(keys)));
    }

    /** The state that the client has once these questions ended the round. */
    private static String stateAfter(MultiRoundTrip round, String... keys) {
        return round.inputRequired(openQuestions(round, keys))
                .path("requestState")
                .stringValue();
    }

    private String firstState(String... keys) {
        return stateAfter(round(""), keys);
    }

    // What a client may not bring

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        ,"requestState":7      | "requestState" must be a string
        ,"requestState":null   | "requestState" must be a string
        ,"requestState":"x"    | is not one of this server's
        ,"inputResponses":[]   | "inputResponses" must be an object
        ,"inputResponses":null | "inputResponses" must be an object
        """)
    void refusesWhatIsNoStateOrNoAnswersAndSaysWhich(String more, String why) {
        assertThatThrownBy(() -> round(more))
                .isInstanceOf(JsonRpcException.class)
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "null", "\"yes\"", "[]"})
    void refusesAnAnswerThatIsNoObjectAndTakesTheNextWithTheSameState(String answer) {
        String state = firstState("name");

        assertThatThrownBy(() -> round(with(state, "{\"name\":" + answer + "}")))
                .isInstanceOf(JsonRpcException.class)
                .hasMessageContaining("\"inputResponses.name\" must be an object");

        assertThat(round(with(state, "{\"name\":" + ACCEPT + "}")).ask(forms("name")))
                .containsOnlyKeys("name");
    }

    @Test
    void refusesAStateOfAnotherCallerOrWayInOrMethodOrOfOtherArguments() {
        String more = with(firstState("name"), "{}");
        McpRequest same = request("tools/call", ARGUMENTS, more);

        for (Caller other :
                List.of(new Caller("eve", Caller.Transport.HTTP), new Caller("ann", Caller.Transport.STDIO))) {
            assertBelongsToAnotherCall(same, other);
        }
        assertBelongsToAnotherCall(request("prompts/get", ARGUMENTS, more), ANN);
        assertBelongsToAnotherCall(request("tools/call", "{\"file\":\"b\",\"count\":2}", more), ANN);
        assertBelongsToAnotherCall(request("tools/call", ARGUMENTS, more + ",\"task\":{}"), ANN);
    }

    private void assertBelongsToAnotherCall(McpRequest request, Caller caller) {
        assertThatThrownBy(() -> new MultiRoundTrip(states, request, caller, /* repeatable= */ true))
                .isInstanceOf(JsonRpcException.class)
                .hasMessageContaining("belongs to another call");
    }

    @Test
    void takesAStateForTheSameArgumentsInWhateverOrder() {
        String more = with(firstState("name"), "{\"name\":" + ACCEPT + "}");
        McpRequest turned = request("tools/call", "{\"count\":2,\"file\":\"a\"}", more);

        assertThat(new MultiRoundTrip(states, turned, ANN, /* repeatable= */ false).ask(forms("name")))
                .containsOnlyKeys("name");
    }

    @Test
    void refusesAStateThatACallWasDoneWith() {
        String more = with(firstState("name"), "{\"name\":" + ACCEPT + "}");
        round(more).ask(forms("name"));

        assertThatThrownBy(() -> round(more)).hasMessageContaining("was used already");
    }

    @Test
    void takesAStateAgainThatLedToAFurtherQuestionOnly() {
        String more = with(firstState("name"), "{\"name\":" + ACCEPT + "}");
        stateAfter(round(more), "name", "color");

        assertThat(round(more).ask(forms("name"))).containsOnlyKeys("name");
    }

    @Test
    void refusesAStateOlderThanFiveMinutes() {
        String state = firstState("name");
        ticker.advance(Duration.ofMinutes(5).plusNanos(1));

        assertThatThrownBy(() -> round(with(state, "{}"))).hasMessageContaining("older than 5 minutes");
    }

    // Answers that count for nothing

    @Test
    void takesNoAnswerThatCameWithoutTheQuestionToACallThatMayDoHarm() {
        MultiRoundTrip round = round(answers("{\"name\":" + ACCEPT + "}"));

        assertThat(openQuestions(round, "name").requests()).containsOnlyKeys("name");
    }

    @Test
    void takesAnswersInAdvanceOnlyForACallThatMayComeTwiceAndHasNoState() {
        String early = "{\"name\":" + ACCEPT + ",\"color\":" + ACCEPT + "}";
        assertThat(repeatable(answers(early)).ask(forms("name", "color"))).containsOnlyKeys("name", "color");
        String state = stateAfter(repeatable(""), "name");

        MultiRoundTrip second = repeatable(with(state, early));

        assertThat(openQuestions(second, "name", "color").requests())
                .as("the color was not asked for in the round before")
                .containsOnlyKeys("color");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"other\":{\"action\":\"accept\"}}", "{\"name\":{\"action\":\"perhaps\"}}"})
    void asksAgainWhereNoAnswerHasTheFormOfOneAndForgetsThatOne(String answers) {
        MultiRoundTrip second = round(with(firstState("name"), answers));
        String state = stateAfter(round(with(stateAfter(second, "name"), "{}")), "name");

        assertThat(round(with(state, "{\"name\":" + ACCEPT + "}")).ask(forms("name")))
                .containsOnlyKeys("name");
    }

    @Test
    void forgetsAnAnswerToAQuestionThatIsAskedAnew() {
        MultiRoundTrip second = round(with(firstState("name"), "{\"name\":" + ACCEPT + "}"));
        String state = second.inputRequired(new InputRequiredException(forms("name")))
                .path("requestState")
                .stringValue();

        assertThat(openQuestions(round(with(state, "{}")), "name").requests()).containsOnlyKeys("name");
    }

    @Test
    void tellsAnAnswerByTheKindOfItsQuestion() {
        Map<String, InputRequest> questions = new LinkedHashMap<>();
        questions.put("model", new InputRequest(InputRequest.Kind.SAMPLING, ScriptedTools.json("{\"maxTokens\":1}")));
        questions.put("roots", new InputRequest(InputRequest.Kind.ROOTS, ScriptedTools.json("{}")));
        MultiRoundTrip wrong =
                repeatable(answers("{\"model\":" + ACCEPT.replace("content", "text") + ",\"roots\":{}}"));
        MultiRoundTrip right = repeatable(answers("{\"model\":{\"content\":{}},\"roots\":{\"roots\":[]}}"));

        assertThat(catchThrowableOfType(InputRequiredException.class, () -> wrong.ask(questions))
                        .requests())
                .containsOnlyKeys("model", "roots");
        assertThat(right.ask(questions)).containsOnlyKeys("model", "roots");
    }

    // What a client gets and brings back

    @Test
    void asksOnlyForWhatIsStillOpenInTheWordsOfTheProtocol() {
        MultiRoundTrip second = round(with(firstState("name"), "{\"name\":" + ACCEPT + "}"));

        ObjectNode result = second.inputRequired(openQuestions(second, "name", "color"));

        assertThat(result.propertyNames()).containsExactly("inputRequests", "requestState");
        assertThat(result.path("inputRequests").propertyNames()).containsExactly("color");
        assertThat(result.at("/inputRequests/color/method").asString()).isEqualTo("elicitation/create");
        assertThat(result.at("/inputRequests/color/params/message").asString()).isEqualTo("Your color?");
    }

    @Test
    void bringsTheAnswersOfAllRoundsInTheOrderOfTheQuestions() {
        MultiRoundTrip second = round(with(firstState("name"), "{\"name\":" + ACCEPT + "}"));
        String state = stateAfter(second, "name", "color");
        MultiRoundTrip third = round(with(state, "{\"color\":{\"action\":\"decline\"}}"));

        Map<String, InputAnswer> answers = third.ask(forms("color", "name"));

        assertThat(answers.keySet()).containsExactly("color", "name");
        assertThat(answers.get("name").accepted()).contains(ScriptedTools.json("{\"x\":1}"));
        assertThat(answers.get("color").accepted()).as("declined").isEmpty();
    }

    @Test
    void keepsAnAnswerThatALaterRoundWouldChange() {
        MultiRoundTrip second = round(with(firstState("name"), "{\"name\":" + ACCEPT + "}"));
        String state = stateAfter(second, "name", "color");
        String changed = "{\"name\":{\"action\":\"decline\"},\"color\":" + ACCEPT + "}";

        assertThat(round(with(state, changed)).ask(forms("name")).get("name").accepted())
                .isPresent();
    }

    @Test
    void handsBackWhatATaskOrWorkerRemembersAndNoAnswersOfEarlierRounds() {
        ObjectNode theirs = ScriptedTools.json("{\"ticket\":\"t-1\"}");
        MultiRoundTrip first = round("");
        assertThat(first.remembered()).isEmpty();
        String state = first.inputRequired(new InputRequiredException(forms("name"), theirs))
                .path("requestState")
                .stringValue();

        MultiRoundTrip second = round(with(state, "{\"name\":" + ACCEPT + ",\"more\":{}}"));
        String next = second.inputRequired(new InputRequiredException(forms("color"), theirs))
                .path("requestState")
                .stringValue();

        assertThat(second.remembered()).contains(theirs);
        assertThat(second.responses())
                .as("as they came")
                .isEqualTo(ScriptedTools.json("{\"name\":" + ACCEPT + ",\"more\":{}}"));
        assertThat(openQuestions(round(with(next, "{}")), "name").requests()).containsOnlyKeys("name");
    }
}

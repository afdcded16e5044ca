package io.weathervane.testing;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The check that is built into the tests' clients finds what it is there to find. */
class WireCheckTest {
    private static final String META = "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
            + "\"io.modelcontextprotocol/clientCapabilities\":{}}";

    private static final String SERVER =
            "\"_meta\":{\"io.modelcontextprotocol/serverInfo\":{\"name\":\"n\",\"version\":\"1\"}}";

    private final WireCheck check = new WireCheck();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[]}}", // no resultType
                "{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"result\":{\"resultType\":\"complete\",\"content\":[]}}", // another
                // id
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"resultType\":\"complete\"}}", // no content
                "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"elicitation/create\",\"params\":{}}",
                "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ping\"}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":2,\"progress\":1}}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"level\":\"info\",\"data\":1}}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\",\"params\":{\"_meta\":"
                        + "{\"io.modelcontextprotocol/subscriptionId\":1}}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"resultType\":\"complete\",\"content\":[]}}", // no
                // serverInfo
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":\"-32602\",\"message\":\"no\"}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32002,\"message\":\"no\"}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32042,\"message\":\"no\"}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32050,\"message\":\"no\"}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32022,\"message\":\"no\"}}" // no data
            })
    void findsWhatMayNotBeSentToAModernClient(String message) {
        check.sent("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{" + META + "}}");
        check.received(ScriptedTools.json(message));

        assertThatThrownBy(check::verify).isInstanceOf(AssertionError.class);
    }

    @Test
    void findsASecondAnswer() {
        String answer = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}";
        check.sent("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}");
        check.received(ScriptedTools.json(answer));
        assertThatCode(check::verify).doesNotThrowAnyException();

        check.received(ScriptedTools.json(answer));

        assertThatThrownBy(check::verify).hasMessageContaining("nothing that was asked");
    }

    @Test
    void findsAQuestionOfTheModernEraInTheLegacyEra() {
        check.sent("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"x\"}}");
        check.received(
                ScriptedTools.json(
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"resultType\":\"input_required\",\"requestState\":\"s\"}}"));

        assertThatThrownBy(check::verify).isInstanceOf(AssertionError.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tools/list", "completion/complete", "server/discover"})
    void findsInputRequiredWhereItMayNotBe(String method) {
        check.sent("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":{" + META + "}}");
        check.received(ScriptedTools.json("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"resultType\":\"input_required\","
                + "\"requestState\":\"s\"," + SERVER + "}}"));

        assertThatThrownBy(check::verify).hasMessageContaining("may ask for input");
    }

    @ParameterizedTest
    @CsvSource({
        "tools/list, tools",
        "prompts/list, prompts",
        "resources/list, resources",
        "resources/templates/list, resourceTemplates",
        "resources/read, contents"
    })
    void findsAListThatDoesNotSayHowLongItIsGood(String method, String field) {
        String request = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":{" + META + "}}";
        String answer = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"resultType\":\"complete\",\"" + field + "\":[],"
                + SERVER + ",\"ttlMs\":0,\"cacheScope\":\"private\"}}";
        check.sent(request);
        check.received(ScriptedTools.json(answer));
        assertThatCode(check::verify).doesNotThrowAnyException();

        for (String without : new String[] {",\"ttlMs\":0", ",\"cacheScope\":\"private\""}) {
            check.sent(request);
            check.received(ScriptedTools.json(answer.replace(without, "")));
            assertThatThrownBy(check::verify).isInstanceOf(AssertionError.class);
        }
    }
}

package io.weathervane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.util.SafeText;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** Whatever a tool answers, the terminal of the person who called it only shows it. */
class ToolOutputPrinterTest {
    private static final String ATTACK = "ok\u001b]0;owned\u0007 \u009b2J \u202Eedoc\u2028\u200b \udb40\udc41\r!";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void theTextOfAResultSteersNoTerminal() {
        output(false).result(result(false));
        output(false).result(result(true));

        assertThat(out.toString()).startsWith("ok\\u001b]0;owned\\u0007 \\u009b2J \\u202eedoc");
        assertThat(err.toString()).isEqualTo(out.toString());
        assertSafe();
    }

    @Test
    void jsonKeepsItsMeaningAndIsAsSafe() {
        output(true).result(result(false));

        assertThat(JsonRpcCodec.JSON.readTree(out.toString()).path("said").asString())
                .isEqualTo(ATTACK);
        assertSafe();
    }

    @Test
    void namesDescriptionsAndProgressOfAWorkerAreAsSafe() {
        ObjectNode tool = object("name", "a" + ATTACK).put("description", ATTACK);
        tool.putObject("inputSchema")
                .putObject("properties")
                .putObject("x" + ATTACK)
                .put("type", "string")
                .put("description", ATTACK)
                .put("default", ATTACK);

        output(false).list(List.of(tool));
        output(false).progress(object("message", "one\ntwo" + ATTACK));
        WeatherVaneCommand.terminal(new ByteArrayOutputStream()).println(ATTACK);

        assertThat(err.toString()).contains("one two");
        assertSafe();
    }

    @Test
    void whatTheCommandLineRefusesIsShownSafely() {
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        PrintWriter terminal = WeatherVaneCommand.terminal(shown);

        WeatherVaneCommand.create(Map.of(), new ByteArrayOutputStream())
                .setErr(terminal)
                .execute("call", "--workspace", "/nowhere" + ATTACK);

        String text = shown.toString(StandardCharsets.UTF_8);
        assertThat(text).contains("nowhere");
        assertThat(text.codePoints()).noneMatch(c -> SafeText.isUnsafe(c) && c != '\n');
    }

    private void assertSafe() {
        assertThat((out.toString() + err).codePoints()).noneMatch(c -> SafeText.isUnsafe(c) && c != '\n');
    }

    private ToolOutputPrinter output(boolean json) {
        return new ToolOutputPrinter(new PrintWriter(out), new PrintWriter(err), json);
    }

    private static ObjectNode result(boolean failed) {
        ObjectNode result = JsonRpcCodec.JSON.createObjectNode().put("isError", failed);
        result.putArray("content").add(object("type", "text").put("text", ATTACK));
        result.set("structuredContent", object("said", ATTACK));
        return result;
    }

    private static ObjectNode object(String name, String value) {
        return JsonRpcCodec.JSON.createObjectNode().put(name, value);
    }
}

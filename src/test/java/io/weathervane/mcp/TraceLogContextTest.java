package io.weathervane.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.tool.ToolResult;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;

class TraceLogContextTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    private final List<String> seen = new ArrayList<>();
    private final ScriptedClient client = new ScriptedClient(call -> {
        seen.add(String.valueOf(MDC.get(TraceLogContext.LOG_KEY)));
        return ToolResult.of("", JsonRpcCodec.JSON.createObjectNode());
    });

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void theLinesOfARequestNameItsTraceAndTheNextRequestsDoNot() throws Exception {
        call("00-" + TRACE + "-00f067aa0ba902b7-01");
        client.ask("tools/call", "{\"name\":\"ask\"}");

        assertThat(seen).containsExactly(TRACE, "null");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "00-" + TRACE + "-00f067aa0ba902b7",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-" + TRACE + "-0000000000000000-01",
                "ff-" + TRACE + "-00f067aa0ba902b7-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-" + TRACE + "-00f067aa0ba902b7-01\\nforged"
            })
    void ignoresWhatIsNoTraceParent(String parent) throws Exception {
        call(parent);

        assertThat(seen).containsExactly("null");
    }

    private void call(String parent) throws InterruptedException {
        client.ask("tools/call", "{\"name\":\"ask\",\"_meta\":{\"traceparent\":\"" + parent + "\"}}");
    }
}

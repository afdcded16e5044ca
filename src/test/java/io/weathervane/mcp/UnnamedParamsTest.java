package io.weathervane.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.testing.ScriptedTools;
import org.junit.jupiter.api.Test;

class UnnamedParamsTest {
    @Test
    void hasWhatMcpDoesNotNameOfARequestThatGoesToAnotherServer() {
        assertThat(UnnamedParams.of(
                                "tools/call",
                                ScriptedTools.json("{\"name\":\"t\",\"arguments\":{},\"task\":{},\"_meta\":{},"
                                        + "\"requestState\":\"s\",\"inputResponses\":{},\"uri\":\"u\",\"x/y\":[1]}"))
                        .toString())
                .isEqualTo("{\"uri\":\"u\",\"x/y\":[1]}");
    }

    @Test
    void hasNothingOfARequestThatIsAnsweredHere() {
        assertThat(UnnamedParams.of("tools/list", ScriptedTools.json("{\"x/y\":1}")))
                .isEmpty();
    }
}

package io.weathervane.worker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.worker.SampledCall;
import io.weathervane.worker.SampledCall.Outcome;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class SampledCallBufferTest {
    private final SampledCallBuffer sampledCalls = new SampledCallBuffer();

    @Test
    void keepsNothingUnlessItIsOn() {
        sampledCalls.add(call("a", Outcome.FAILED));
        assertThat(sampledCalls.newest()).isEmpty();

        sampledCalls.turn(true);
        sampledCalls.add(call("a", Outcome.FAILED));
        assertThat(sampledCalls.newest()).hasSize(1);

        sampledCalls.turn(false);
        assertThat(sampledCalls.newest()).isEmpty();
    }

    @Test
    void beginsAnew() {
        sampledCalls.turn(true);
        sampledCalls.add(call("a", Outcome.FAILED));
        sampledCalls.turn(true);
        sampledCalls.add(call("b", Outcome.PASSED));

        assertThat(sampledCalls.newest()).containsExactly(call("b", Outcome.PASSED));
    }

    @Test
    void keepsTheNewestOfEachOutcomeFirst() {
        sampledCalls.turn(true);
        sampledCalls.add(call("old", Outcome.FAILED));
        for (int i = 0; i < SampledCallBuffer.CALLS_MAX; i++) {
            sampledCalls.add(call("f" + i, Outcome.FAILED));
        }
        sampledCalls.add(call("p", Outcome.PASSED));

        assertThat(sampledCalls.newest())
                .hasSize(SampledCallBuffer.CALLS_MAX + 1)
                .startsWith(call("p", Outcome.PASSED), call("f" + (SampledCallBuffer.CALLS_MAX - 1), Outcome.FAILED))
                .doesNotContain(call("old", Outcome.FAILED));
    }

    @Test
    void keepsNoLargeArguments() {
        sampledCalls.turn(true);
        sampledCalls.add(call("x".repeat(SampledCallBuffer.ARGUMENTS_BYTES_MAX), Outcome.FAILED));

        assertThat(sampledCalls.newest()).isEmpty();
    }

    private static SampledCall call(String text, Outcome outcome) {
        ObjectNode arguments = JsonMapper.builder().build().createObjectNode().put("text", text);
        return new SampledCall("look", arguments, outcome);
    }
}

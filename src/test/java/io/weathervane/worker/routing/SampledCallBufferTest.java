package io.weathervane.worker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.worker.SampledCall;
import io.weathervane.worker.SampledCall.Outcome;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class SampledCallBufferTest {
    private final SampledCallBuffer sampler = new SampledCallBuffer();

    @Test
    void keepsNothingUnlessItIsOn() {
        sampler.add(call("a", Outcome.FAILED));
        assertThat(sampler.newest()).isEmpty();

        sampler.turn(true);
        sampler.add(call("a", Outcome.FAILED));
        assertThat(sampler.newest()).hasSize(1);

        sampler.turn(false);
        assertThat(sampler.newest()).isEmpty();
    }

    @Test
    void beginsAnew() {
        sampler.turn(true);
        sampler.add(call("a", Outcome.FAILED));
        sampler.turn(true);
        sampler.add(call("b", Outcome.PASSED));

        assertThat(sampler.newest()).containsExactly(call("b", Outcome.PASSED));
    }

    @Test
    void keepsTheNewestOfEachOutcomeFirst() {
        sampler.turn(true);
        sampler.add(call("old", Outcome.FAILED));
        for (int i = 0; i < SampledCallBuffer.CALLS_MAX; i++) {
            sampler.add(call("f" + i, Outcome.FAILED));
        }
        sampler.add(call("p", Outcome.PASSED));

        assertThat(sampler.newest())
                .hasSize(SampledCallBuffer.CALLS_MAX + 1)
                .startsWith(call("p", Outcome.PASSED), call("f" + (SampledCallBuffer.CALLS_MAX - 1), Outcome.FAILED))
                .doesNotContain(call("old", Outcome.FAILED));
    }

    @Test
    void keepsNoLargeArguments() {
        sampler.turn(true);
        sampler.add(call("x".repeat(SampledCallBuffer.ARGUMENTS_BYTES_MAX), Outcome.FAILED));

        assertThat(sampler.newest()).isEmpty();
    }

    private static SampledCall call(String text, Outcome outcome) {
        ObjectNode arguments = JsonMapper.builder().build().createObjectNode().put("text", text);
        return new SampledCall("look", arguments, outcome);
    }
}

package io.weathervane.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ThresholdOnlyRuleTest {
    @Test
    void keepsAReleaseOfWhichOneCallInTenFails() {
        ThresholdOnlyRule rule = of("100/10", "0/0", "40/4", "50/5");

        assertThat(rule.rollsBack()).isFalse();
        assertThat(rule.text())
                .isEqualTo(
                        "of its 3 checks with calls at most 0 of 5 in a row were above 20% (3 are needed), the highest"
                                + " at 10.0%");
    }

    @Test
    void needsThreeOfFiveChecksAboveIt() {
        assertThat(of("10/3", "10/3", "10/0", "10/0", "10/0", "10/3").rollsBack())
                .isFalse();
        assertThat(of("10/3", "10/0", "10/3", "10/2", "10/3").rollsBack()).isTrue();
    }

    @Test
    void keepsAReleaseThatWasNotChecked() {
        assertThat(of().rollsBack()).isFalse();
    }

    private static ThresholdOnlyRule of(String... checks) {
        return ThresholdOnlyRule.of(
                Stream.of(checks).map(ThresholdOnlyRuleTest::check).toList());
    }

    private static JsonNode check(String callsAndErrors) {
        int slash = callsAndErrors.indexOf('/');
        return JsonRpcCodec.JSON
                .createObjectNode()
                .put("requests", Integer.parseInt(callsAndErrors.substring(0, slash)))
                .put("errors", Integer.parseInt(callsAndErrors.substring(slash + 1)));
    }
}

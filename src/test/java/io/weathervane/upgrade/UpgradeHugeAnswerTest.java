package io.weathervane.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.node.ObjectNode;

/** A canary whose answers are larger than the server takes; on a busy machine they take longer than the usual limit. */
class UpgradeHugeAnswerTest {
    @RegisterExtension
    static final TestUpgrades upgrades = TestUpgrades.ofSlowSamples();

    @Test
    void endsItAndIsNamedWithItsSize() throws Exception {
        ObjectNode done =
                upgrades.run(TestUpgrades.sample("--huge-reply-mb 65"), "{'id': 'huge', 'skip_promote': true}");

        assertThat(done.path("status").asString("")).as(done.toPrettyString()).isEqualTo("aborted");
        assertThat(done.path("reason").asString(""))
                .contains("the shadow comparison did not pass: the canary failed to answer 3 calls");
        assertThat(upgrades.firstFailure("huge"))
                .isEqualTo("worker huge sent no valid answer: a message of 68157513 bytes, more than 67108864"
                        + " (workers.messageBytes)");
        upgrades.assertNothingLeft("huge");
    }
}

package io.weathervane.sample;

import static io.weathervane.sample.FaultInjector.Manner.FAIL;
import static io.weathervane.sample.FaultInjector.Manner.GOOD;
import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.util.Ticker;
import org.junit.jupiter.api.Test;

class FaultInjectorTest {
    @Test
    void aDeadToolLeavesTheOthersWell() {
        FaultInjector faults = faults("--fail-rate", "1", "--fail-tool", "echo");

        assertThat(faults.next("echo")).isEqualTo(FAIL);
        assertThat(faults.next("get_forecast")).isEqualTo(GOOD);
    }

    @Test
    void theCallsOfAllToolsCountUntilItBegins() {
        FaultInjector faults = faults("--fail-rate", "1", "--fail-tool", "echo", "--fail-after-calls", "2");

        assertThat(faults.next("echo")).isEqualTo(GOOD);
        assertThat(faults.next("get_forecast")).isEqualTo(GOOD);
        assertThat(faults.next("echo")).isEqualTo(FAIL);
    }

    private static FaultInjector faults(String... options) {
        return new FaultInjector(SampleOptions.parse(options), Ticker.system());
    }
}

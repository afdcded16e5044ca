package io.weathervane.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.monitor.HealthProbeVerdict;
import io.weathervane.worker.HealthProbeResult;
import io.weathervane.worker.HealthProbeResult.Status;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProbeTrafficCrossCheckTest {
    @ParameterizedTest
    @CsvSource({
        "HEALTHY, 0, PASSED",
        "HEALTHY, 3, PASSED",
        "UNHEALTHY, 0, FAILED",
        "UNHEALTHY, 3, FAILED", // what a worker says of itself counts, whatever its calls
        "NO_ANSWER, 0, FAILED",
        "NO_ANSWER, -5, FAILED", // its counters began anew
        "NO_ANSWER, 1, LOST"
    })
    void aSilentProbeIsLostOnlyBesideCallsThatGoWell(Status status, long wentWell, HealthProbeVerdict outcome) {
        HealthProbeResult probe = new HealthProbeResult(status, "no answer within 5000 ms", Duration.ofSeconds(11));

        assertThat(ProbeTrafficCrossCheck.interpret(probe, wentWell).outcome()).isEqualTo(outcome);
    }
}

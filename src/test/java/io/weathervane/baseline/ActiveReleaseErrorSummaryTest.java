package io.weathervane.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.monitor.CallCounts;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ActiveReleaseErrorSummaryTest {
    @Test
    void withoutAnActiveWorkerThereIsNoRateAndNoRelease() {
        ActiveReleaseErrorSummary none = new ActiveReleaseErrorSummary(Optional.empty(), CallCounts.NONE, 0.05);

        assertThat(none.text()).isEqualTo("not known: there is no active worker");
        assertThat(none.trouble()).isEmpty();
        assertThat(none.troubleOfReplaced()).isEmpty();
    }

    @Test
    void fewCallsAreNoRate() {
        ActiveReleaseErrorSummary few = of(new CallCounts(19, 19));

        assertThat(few.text()).isEqualTo("not known: stable has had 19 calls, and 20 are needed");
        assertThat(few.trouble()).isEmpty();
    }

    @Test
    void aRateAboveTheThresholdIsTroubleAndOneAtItIsNot() {
        assertThat(of(new CallCounts(100, 6)).trouble())
                .hasValue("the active release stable fails 6.0% of its last 100 calls, above the threshold 5.0%:"
                        + " a rollback to it would not help");
        assertThat(of(new CallCounts(100, 5)).trouble()).isEmpty();
        assertThat(of(new CallCounts(100, 5)).text())
                .isEqualTo("stable fails 5.0% of its last 100 calls, not above the threshold 5.0%");
    }

    private static ActiveReleaseErrorSummary of(CallCounts calls) {
        return new ActiveReleaseErrorSummary(Optional.of("stable"), calls, 0.05);
    }
}

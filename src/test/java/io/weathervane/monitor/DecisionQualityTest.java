package io.weathervane.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rule's headline claims, on seeded traffic. */
class DecisionQualityTest {
    private static final int PROMOTIONS = 150;

    @ParameterizedTest
    @CsvSource({"0.01,2", "0.01,20", "0.01,200", "0.12,20", "0.12,200", "0.25,20", "0.25,200", "0.25,2000"})
    void aWorkerAsGoodAsThePreviousOneStays(double rate, int callsPerMinute) {
        int promotions = callsPerMinute > 1000 ? PROMOTIONS / 5 : PROMOTIONS;

        assertThat(SimulatedPromotions.unchanged(rate, callsPerMinute).acted(promotions))
                .isLessThanOrEqualTo(2);
    }

    /** An assistant that repeats a bad call, before and after. */
    @ParameterizedTest
    @CsvSource({"0.05,20", "0.05,200", "0.12,20", "0.12,200"})
    void failuresInRunsAsBeforeSeldomLookWorse(double rate, int callsPerMinute) {
        assertThat(SimulatedPromotions.unchanged(rate, callsPerMinute)
                        .inRunsOf(8)
                        .acted(PROMOTIONS))
                .isLessThanOrEqualTo(12);
    }

    @ParameterizedTest
    @CsvSource({"1.0,2", "0.42,20", "0.42,200", "0.25,20", "0.25,200", "0.11,200"})
    void aWorseWorkerIsFound(double rate, int callsPerMinute) {
        assertThat(SimulatedPromotions.worse(rate, callsPerMinute).acted(PROMOTIONS))
                .isGreaterThanOrEqualTo(97);
    }

    @Test
    void oneDeadToolOfTenIsFoundAtTwoHundredCallsAMinute() {
        assertThat(SimulatedPromotions.worse(0.01, 200).withDeadTool().acted(PROMOTIONS))
                .isEqualTo(100);
    }

    @Test
    void twoPointsMoreAreNoReasonToGoBack() {
        assertThat(SimulatedPromotions.worse(0.03, 200).acted(PROMOTIONS)).isZero();
    }
}

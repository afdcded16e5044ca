package io.weathervane.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WilsonIntervalTest {
    @Test
    void refusesMoreErrorsThanRequests() {
        assertThatIllegalArgumentException().isThrownBy(() -> WilsonInterval.lowerBound(3, 2));
        assertThatIllegalArgumentException().isThrownBy(() -> WilsonInterval.lowerBound(-1, 2));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0",
        "0, 20, 0",
        "1, 1, 0.206549",
        "1, 20, 0.008881",
        "5, 20, 0.111863",
        "10, 20, 0.299298",
        "20, 20, 0.838875",
        "28, 100, 0.201358"
    })
    void isTheLowerEndOfTheInterval(long errors, long requests, double bound) {
        assertThat(WilsonInterval.lowerBound(errors, requests)).isCloseTo(bound, within(0.0005));
    }

    /** The table in our notes on peers: errors that put the bound over 20 %. */
    @ParameterizedTest
    @CsvSource({"3, 5", "5, 10", "8, 20", "11, 30", "16, 50", "28, 100"})
    void crossesATwentyPercentBoundWithJustSoManyErrors(long errors, long requests) {
        assertThat(WilsonInterval.lowerBound(errors, requests)).isGreaterThan(0.2);
        assertThat(WilsonInterval.lowerBound(errors - 1, requests)).isLessThan(0.2);
    }
}

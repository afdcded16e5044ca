package io.weathervane.monitor;

import java.time.Instant;
import java.util.OptionalDouble;

/**
 * One check as it was judged, under the policy of its time.
 *
 * @param errorRate empty when there was too little traffic to say
 * @param detail why it counts as it does, with the compared numbers
 */
public record CheckRecord(
        Instant at,
        Observation observation,
        OptionalDouble errorRate,
        ObservedRateSource rateSource,
        CheckVerdict verdict,
        String detail) {
    public boolean failed() {
        return verdict.failed();
    }

    public boolean conclusive() {
        return verdict != CheckVerdict.INCONCLUSIVE;
    }
}

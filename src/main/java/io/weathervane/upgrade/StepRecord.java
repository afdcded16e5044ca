package io.weathervane.upgrade;

import java.time.Instant;
import java.util.Optional;

/**
 * One step, as it went.
 *
 * @param weight the canary weight in percent, for {@link UpgradeStepKind#WEIGHT}
 * @param passed whether the upgrade could go on
 * @param detail what came of it, in words
 */
public record StepRecord(
        UpgradeStepKind step,
        Optional<Integer> weight,
        boolean passed,
        String detail,
        Instant startedAt,
        Instant endedAt) {
    /** For people: {@code weight 25 %}. */
    public String name() {
        return step.wireName() + weight.map(percent -> " " + percent + " %").orElse("");
    }
}

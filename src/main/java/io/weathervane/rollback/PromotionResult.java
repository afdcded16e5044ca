package io.weathervane.rollback;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The answer to a promotion.
 *
 * @param promoted whether it was done; else it was a dry run
 * @param from the worker replaced; empty when there was none
 * @param monitoringUntil when the watch over it ends
 * @param plan what was done, or, for a dry run, what would be
 */
public record PromotionResult(
        boolean promoted,
        Optional<String> promotionId,
        Optional<String> from,
        String to,
        Optional<Instant> monitoringUntil,
        List<String> plan) {
    static final String NOTE = "note that ";

    public PromotionResult {
        plan = List.copyOf(plan);
    }

    /** Whether nothing was changed: the plan is what would be done. */
    public boolean dryRun() {
        return !promoted;
    }

    /** The lines of the plan that are no steps, but what an operator should know. */
    public List<String> notes() {
        return plan.stream().filter(line -> line.startsWith(NOTE)).toList();
    }
}

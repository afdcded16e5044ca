package io.weathervane.rollback;

import java.util.List;
import java.util.Optional;

/**
 * The answer to a rollback by hand.
 *
 * @param verified whether the restored worker answered its probe; empty for a dry run
 * @param steps what was done, as it went
 * @param plan for a dry run, what would be done
 */
public record RollbackResult(
        boolean rolledBack,
        boolean dryRun,
        Optional<String> from,
        Optional<String> to,
        Optional<Boolean> verified,
        List<ActionStepOutcome> steps,
        List<String> plan) {
    public RollbackResult {
        steps = List.copyOf(steps);
        plan = List.copyOf(plan);
    }
}

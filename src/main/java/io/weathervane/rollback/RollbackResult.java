package io.weathervane.rollback;

import java.util.List;
import java.util.Optional;

/**
 * The answer to a rollback by hand.
 *
 * @param rolledBack whether it was done; else it was a dry run
 * @param to the previous worker
 * @param verified whether the restored worker answered its probe; empty for a dry run
 * @param steps what was done, as it went
 * @param plan for a dry run, what would be done
 */
public record RollbackResult(
        boolean rolledBack,
        Optional<String> from,
        String to,
        Optional<Boolean> verified,
        List<ActionStepOutcome> steps,
        List<String> plan) {
    public RollbackResult {
        steps = List.copyOf(steps);
        plan = List.copyOf(plan);
    }

    /** Whether nothing was changed: the plan is what would be done. */
    public boolean dryRun() {
        return !rolledBack;
    }
}

package io.weathervane.upgrade;

import io.weathervane.approval.ChangeApproval;
import io.weathervane.audit.Actor;
import io.weathervane.rollback.PromotionResult;
import io.weathervane.rollback.RollbackMonitor;
import io.weathervane.upgrade.StepOutcome.Failed;
import io.weathervane.upgrade.StepOutcome.Passed;
import java.util.Optional;
import java.util.function.Consumer;

/** Promotes the canary, and records the upgrade's state in the same transaction. */
final class PromoteStep implements ExecutableStep {
    private final RollbackMonitor monitor;
    private final ComparisonSources comparison;
    private final ChangeApproval approval;
    private final Consumer<String> promoted;

    /** @param promoted is told the promotion's id */
    PromoteStep(
            RollbackMonitor monitor, ComparisonSources comparison, ChangeApproval approval, Consumer<String> promoted) {
        this.monitor = monitor;
        this.comparison = comparison;
        this.approval = approval;
        this.promoted = promoted;
    }

    @Override
    public StepOutcome run(StepContext context) {
        Optional<String> problem = context.problem().or(comparison::promotionRefusal);
        if (problem.isPresent()) {
            return new Failed(problem.get());
        }
        Upgrade upgrade = context.upgrade();
        context.reportActivity("promoting " + upgrade.to());
        PromotionResult done = monitor.promote(new Actor(upgrade.actor()), "Upgrade " + upgrade.id(), approval);
        context.abortConditions().releaseCanary();
        promoted.accept(done.promotionId().orElseThrow());
        return new Passed(done.to() + " was promoted in place of " + done.from().orElse("no worker") + " ("
                + done.promotionId().orElseThrow() + ")");
    }
}

package io.weathervane.upgrade;

import io.weathervane.audit.Actor;
import io.weathervane.control.Consent;
import io.weathervane.control.PromotionResult;
import io.weathervane.control.RollbackMonitor;
import io.weathervane.upgrade.StepOutcome.Failed;
import io.weathervane.upgrade.StepOutcome.Passed;
import java.util.Optional;
import java.util.function.Consumer;

/** Promotes the canary. That the upgrade has come so far is recorded in the same transaction. */
final class PromoteWork implements StepWork {
    private final RollbackMonitor monitor;
    private final Consent approval;
    private final Consumer<String> promoted;

    /** @param promoted is told the promotion's id */
    PromoteWork(RollbackMonitor monitor, Consent approval, Consumer<String> promoted) {
        this.monitor = monitor;
        this.approval = approval;
        this.promoted = promoted;
    }

    @Override
    public StepOutcome run(Scene scene) {
        Optional<String> problem = scene.problem();
        if (problem.isPresent()) {
            return new Failed(problem.get());
        }
        Upgrade upgrade = scene.upgrade();
        scene.say("promoting " + upgrade.to());
        PromotionResult done = monitor.promote(new Actor(upgrade.actor()), "Upgrade " + upgrade.id(), approval);
        scene.lookout().letCanaryGo();
        promoted.accept(done.promotionId().orElseThrow());
        return new Passed(done.to() + " was promoted in place of " + done.from().orElse("no worker") + " ("
                + done.promotionId().orElseThrow() + ")");
    }
}

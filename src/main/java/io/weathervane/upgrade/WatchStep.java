package io.weathervane.upgrade;

import io.weathervane.monitor.DecisionAction;
import io.weathervane.monitor.WatchOutcome;
import io.weathervane.rollback.MonitorStatus;
import io.weathervane.rollback.RollbackMonitor;
import io.weathervane.rollback.WatchEndText;
import io.weathervane.upgrade.StepOutcome.Suspended;
import io.weathervane.upgrade.StepOutcome.Watched;
import java.util.Optional;

/** Follows the monitor's watch over the promotion to its end. Nothing is decided here. */
final class WatchStep implements ExecutableStep {
    private final RollbackMonitor monitor;

    WatchStep(RollbackMonitor monitor) {
        this.monitor = monitor;
    }

    @Override
    public StepOutcome run(StepContext context) throws InterruptedException {
        String promotion = context.upgrade().promotionId().orElse("");
        while (true) {
            MonitorStatus status = monitor.status();
            if (!status.promotionId().filter(promotion::equals).isPresent()) {
                return new Watched(
                        UpgradeState.STOPPED,
                        Optional.empty(),
                        "the watch over " + context.upgrade().to() + " was ended by "
                                + status.promotionId()
                                        .map(other -> "the promotion " + other)
                                        .orElse("something else"));
            }
            Optional<WatchOutcome> outcome = status.outcome();
            if (outcome.isPresent() && status.inProgress().isEmpty()) {
                return ended(context.upgrade(), outcome.get(), status);
            }
            if (context.closing()) {
                return new Suspended("the server ends; the next one takes the watch up again");
            }
            context.reportActivity("watching " + context.upgrade().to() + ": " + status.checks() + " checks"
                    + status.watch()
                            .flatMap(MonitorStatus.Watch::remaining)
                            .map(left -> ", " + left.time().toSeconds() + " s left")
                            .orElse("")
                    + status.lastDecision()
                            .map(last -> "; " + last.decision().reason())
                            .orElse(""));
            context.pause(StepContext.LOOK);
        }
    }

    private Watched ended(Upgrade upgrade, WatchOutcome outcome, MonitorStatus status) {
        String to = upgrade.to();
        String why = status.lastDecision().map(last -> last.decision().reason()).orElse("no decision is known");
        String whole = WatchEndText.of(status).orElse(why);
        return switch (outcome) {
            case HEALTHY -> finished(outcome, to + " was watched to the end and is healthy: " + whole);
            case DEGRADED -> finished(outcome, to + " was watched to the end and stays, but is degraded: " + whole);
            case INCONCLUSIVE ->
                finished(
                        outcome,
                        InconclusiveWatchText.of(upgrade, status, monitor.missingProbes(status)) + "; the last check: "
                                + why);
            case ROLLED_BACK ->
                new Watched(
                        UpgradeState.ROLLED_BACK,
                        Optional.of(outcome),
                        to + " was rolled back to " + upgrade.from().orElse("nothing") + ": "
                                + (decided(status, DecisionAction.ROLLBACK) ? why : "by hand"));
            case ESCALATED ->
                new Watched(
                        UpgradeState.ESCALATED,
                        Optional.of(outcome),
                        to + " was escalated, the kill switch is on: " + why);
            case STOPPED ->
                new Watched(
                        UpgradeState.STOPPED,
                        Optional.of(outcome),
                        "the watch over " + to + " was ended by hand: " + why);
            case RUNNING -> throw new AssertionError("a watch that runs has no outcome");
        };
    }

    private static boolean decided(MonitorStatus status, DecisionAction action) {
        return status.lastDecision()
                .filter(last -> last.decision().action() == action)
                .isPresent();
    }

    private static Watched finished(WatchOutcome outcome, String detail) {
        return new Watched(UpgradeState.FINISHED, Optional.of(outcome), detail);
    }
}

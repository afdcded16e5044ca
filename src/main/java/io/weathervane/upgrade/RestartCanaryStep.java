package io.weathervane.upgrade;

import io.weathervane.audit.Actor;
import io.weathervane.monitor.MonitorPolicy;
import io.weathervane.rollback.MonitorStatus;
import io.weathervane.rollback.PromotionResult;
import io.weathervane.rollback.RollbackMonitor;
import io.weathervane.upgrade.StepOutcome.Passed;
import io.weathervane.worker.CanaryStartCancellation;
import io.weathervane.worker.WorkerRelease;
import io.weathervane.worker.WorkerView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/** Writes the plan of the promotion, and starts the canary again for real calls. */
final class RestartCanaryStep implements ExecutableStep {
    private final RollbackMonitor monitor;
    private final CanaryStartCancellation starts;
    private final Supplier<MonitorPolicy> policy;
    private final Function<StepContext, WorkerRelease> candidate;

    RestartCanaryStep(
            RollbackMonitor monitor,
            CanaryStartCancellation starts,
            Supplier<MonitorPolicy> policy,
            Function<StepContext, WorkerRelease> candidate) {
        this.monitor = monitor;
        this.starts = starts;
        this.policy = policy;
        this.candidate = candidate;
    }

    @Override
    public StepOutcome run(StepContext context) throws IOException {
        context.write(UpgradeDirectory.PLAN, plan(context.upgrade()));
        Actor actor = new Actor(context.upgrade().actor());
        WorkerRelease release = candidate.apply(context);
        context.reportActivity("starting " + context.upgrade().to() + " again"
                + (release.remote().isPresent() ? "" : ", without WVO_DRY_RUN"));
        context.abortConditions().releaseCanary();
        monitor.stopCanary(actor, "started again for real calls");
        WorkerView canary = monitor.startCanary(actor, release, starts);
        context.abortConditions().holdCanary(canary);
        return new Passed("the canary " + canary.label() + " runs for real calls (" + canary.where() + ")");
    }

    private ObjectNode plan(Upgrade upgrade) {
        PromotionResult planned = monitor.promotionPlan();
        MonitorPolicy thresholds = policy.get();
        MonitorStatus status = monitor.status();
        ObjectNode json = UpgradeCodec.object()
                .put("upgrade", upgrade.id())
                .put("from", planned.from().orElse(null))
                .put("to", planned.to())
                .put("approver", upgrade.promotion().approver().orElse(null))
                .put("mode", status.mode().wireName())
                .put("watchMs", thresholds.gracePeriod().toMillis())
                .put("checkEveryMs", thresholds.checkInterval().toMillis())
                .put("errorRateThreshold", thresholds.errorRateThreshold())
                .put("stepMs", upgrade.request().ramp().stepTime().toMillis());
        upgrade.request().ramp().weights().forEach(json.putArray("weights")::add);
        steps(upgrade, planned).forEach(json.putArray("plan")::add);
        return json;
    }

    /** All there is to come: the canary weights come before the promotion does anything. */
    private static List<String> steps(Upgrade upgrade, PromotionResult planned) {
        UpgradeRequest request = upgrade.request();
        List<String> steps = new ArrayList<>();
        for (int weight : request.ramp().weights()) {
            steps.add("give " + weight + " % of the callers to " + planned.to() + " for "
                    + request.ramp().stepTime().toMillis() / 1000.0 + " s");
        }
        steps.addAll(planned.plan());
        return steps;
    }
}

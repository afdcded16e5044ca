package io.weathervane.rollback;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditKind;
import io.weathervane.audit.NewAuditEvent;
import io.weathervane.monitor.CallCounts;
import io.weathervane.monitor.CheckResult;
import io.weathervane.monitor.MonitorPolicy;
import io.weathervane.monitor.MonitorStateMachine;
import io.weathervane.monitor.Observation;
import io.weathervane.monitor.RuleCondition;
import io.weathervane.monitor.WatchOutcome;
import io.weathervane.monitor.WatchState;
import io.weathervane.watch.MonitorJson;
import io.weathervane.watch.WatchRecord;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Judges the worker that is active after an action, which the action brought back or, with an escalation, left in
 * place: by the rules of a promotion, for a grace period and for as long as it fails. Its result is only reported.
 */
final class RestoredWorkerVerifier {
    private static final Set<WatchOutcome> ACTED = Set.of(WatchOutcome.ROLLED_BACK, WatchOutcome.ESCALATED);

    private RestoredWorkerVerifier() {}

    /** Whether the watch has come to an action whose result no watch looks at yet. */
    static boolean isDue(WatchRecord on, String active) {
        return on.pending().isEmpty()
                && on.after().isEmpty()
                && ACTED.contains(on.state().outcome())
                && !active.equals("none")
                && (on.state().outcome() == WatchOutcome.ESCALATED
                        || !active.equals(on.state().worker()));
    }

    static WatchRecord begin(WatchRecord on, String active, MonitorPolicy policy, Instant now) {
        return on.withAfter(on.state().afterwards(active, policy, now));
    }

    /** What a check saw, counted in; a look that ends while the worker fails begins anew. */
    static WatchRecord next(WatchRecord on, Observation seen, MonitorPolicy policy, Instant now) {
        CheckResult step = MonitorStateMachine.next(on.after().orElseThrow(), seen, policy, now);
        WatchState after = step.state();
        boolean goesOn = !after.running() && problem(on.withAfter(after)).isPresent();
        return on.withAfter(goesOn ? on.state().afterwards(after.worker(), policy, now) : after);
    }

    /** Why the action did not help, while that is so. */
    static Optional<String> problem(WatchRecord on) {
        return on.after().filter(after -> after.acted().isPresent()).flatMap(after -> {
            CallCounts recent = after.recentCalls();
            double rate = recent.rate().orElse(0);
            boolean wellAgain = recent.calls() >= MonitorPolicy.HEALTHY_CALLS && rate <= MonitorPolicy.DEGRADED_RATE;
            return wellAgain ? Optional.empty() : Optional.of(text(on, after, recent));
        });
    }

    private static String text(WatchRecord on, WatchState after, CallCounts recent) {
        String what = on.state().outcome() == WatchOutcome.ESCALATED ? "the escalation" : "the rollback";
        String rate = recent.rate().isPresent() && recent.failed() > 0
                ? "fails " + RuleCondition.format(recent.rate().getAsDouble(), RuleCondition.Unit.RATE)
                        + " of its last " + recent.calls() + " calls"
                : "does not pass its checks";
        String which = after.worker().equals(on.state().worker())
                ? "the release " + after.worker() + " is still active and "
                : "the previous release " + after.worker() + " ";
        return what + " did not help: " + which + rate;
    }

    static NewAuditEvent page(WatchRecord on, String problem) {
        return NewAuditEvent.forPromotion(
                AuditKind.ROLLBACK_INEFFECTIVE,
                Actor.SYSTEM,
                on.promotionId(),
                MonitorJson.object()
                        .put("reason", problem)
                        .put("worker", on.after().map(WatchState::worker).orElse("none"))
                        .put("replaced", on.state().worker()));
    }

    /** The pages that this check calls for and that were not sent before. */
    static List<NewAuditEvent> newPages(WatchRecord before, WatchRecord after) {
        boolean already =
                before.after().filter(state -> state.acted().isPresent()).isPresent();
        return already
                ? List.of()
                : problem(after).map(text -> List.of(page(after, text))).orElse(List.of());
    }
}

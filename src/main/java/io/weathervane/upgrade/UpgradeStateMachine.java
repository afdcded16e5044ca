package io.weathervane.upgrade;

import io.weathervane.upgrade.StepOutcome.Failed;
import io.weathervane.upgrade.StepOutcome.Passed;
import io.weathervane.upgrade.StepOutcome.Suspended;
import io.weathervane.upgrade.StepOutcome.Unverified;
import io.weathervane.upgrade.StepOutcome.Watched;
import java.time.Instant;
import java.util.List;

/** Decides what comes next in an upgrade. Pure: no clock, no thread, no worker. */
final class UpgradeStateMachine {
    private static final List<String> UNVERIFIED_ADVICE = List.of(
            "To have something compared: name calls of tools that both versions annotate read-only in upgrade.probes, or"
                    + " let callers make some first.",
            "To promote it all the same: run the upgrade again with allow_unverified (on the command line"
                    + " --allow-unverified).");

    private UpgradeStateMachine() {}

    /** The upgrade after the step that it is at came to this. One that has ended is not changed. */
    static Upgrade next(Upgrade now, StepOutcome outcome, Instant at) {
        if (now.status().ended() || outcome instanceof Suspended) {
            return now;
        }
        if (outcome instanceof Failed failure) {
            return failed(now, failure, at);
        }
        if (outcome instanceof Unverified) {
            return unverified(now.unverified(), outcome.detail(), at);
        }
        if (outcome instanceof Watched watched) {
            boolean held = watched.state() == UpgradeState.FINISHED;
            return now.recorded(held, outcome.detail(), at)
                    .watched(watched.judged())
                    .ended(watched.state(), outcome.detail(), at);
        }
        if (outcome instanceof Passed) {
            return after(now.recorded(/* passed= */ true, outcome.detail(), at), at);
        }
        throw new AssertionError("an outcome of no kind: " + outcome);
    }

    private static Upgrade failed(Upgrade now, Failed failure, Instant at) {
        UpgradeState how = switch (now.step()) {
            case PREFLIGHT -> UpgradeState.REFUSED;
            case BUILD, TEST, CANARY, SHADOW, APPROVAL, RESTART, WEIGHT, PROMOTE -> UpgradeState.ABORTED;
            case WATCH -> UpgradeState.STOPPED;
        };
        return now.recorded(/* passed= */ false, failure.detail(), at)
                .ended(how, new Upgrade.End(failure.detail(), at, failure.advice()));
    }

    /** Nothing compared is no reason to promote; a person who is asked is told, and may agree. */
    private static Upgrade unverified(Upgrade now, String why, Instant at) {
        boolean refused = now.request().promotionMode() == PromotionMode.PROMOTE && now.needsAllowUnverified();
        return refused
                ? failed(now, new Failed("nothing speaks for a promotion: " + why, UNVERIFIED_ADVICE), at)
                : after(now.recorded(/* passed= */ true, why, at), at);
    }

    private static Upgrade after(Upgrade now, Instant at) {
        UpgradeRequest request = now.request();
        return switch (now.step()) {
            case PREFLIGHT ->
                request.staging().build().isPresent() ? now.at(UpgradeStepKind.BUILD, 0, at) : afterBuild(now, at);
            case BUILD -> afterBuild(now, at);
            case TEST -> now.at(UpgradeStepKind.CANARY, 0, at);
            case CANARY -> now.at(UpgradeStepKind.SHADOW, 0, at);
            case SHADOW -> afterComparison(now, at);
            case APPROVAL -> now.at(UpgradeStepKind.RESTART, 0, at);
            case RESTART -> afterWeights(now, 0, at);
            case WEIGHT -> afterWeights(now, now.position().weightIndex() + 1, at);
            case PROMOTE -> now.at(UpgradeStepKind.WATCH, now.position().weightIndex(), at);
            case WATCH -> now.ended(UpgradeState.FINISHED, "the watch over the promotion has ended", at);
        };
    }

    private static Upgrade afterBuild(Upgrade now, Instant at) {
        return now.at(
                now.request().staging().test().isPresent() ? UpgradeStepKind.TEST : UpgradeStepKind.CANARY, 0, at);
    }

    private static Upgrade afterComparison(Upgrade now, Instant at) {
        return switch (now.request().promotionMode()) {
            case STOP ->
                now.ended(
                        UpgradeState.SHADOW_PASSED,
                        (now.promotion().unverified() ? "no call was compared" : "the shadow comparison passed")
                                + "; no promotion was asked for",
                        at);
            case WAIT -> now.at(UpgradeStepKind.APPROVAL, 0, at);
            case PROMOTE -> now.at(UpgradeStepKind.RESTART, 0, at);
        };
    }

    private static Upgrade afterWeights(Upgrade now, int next, Instant at) {
        boolean more = next < now.request().ramp().weights().size();
        return now.at(more ? UpgradeStepKind.WEIGHT : UpgradeStepKind.PROMOTE, next, at);
    }

    /**
     * The server ended in the middle and starts again: what was not promoted is given up, a watch is taken up.
     *
     * @param killed whether a program of the step still ran, and was killed
     */
    static Upgrade afterRestart(Upgrade now, boolean killed, Instant at) {
        if (now.status().ended()) {
            return now;
        }
        String ended = "the server ended during the step " + now.step().wireName();
        if (now.step().isAfterPromotion()) {
            return takenUp(now, ended + "; it was taken up again when the server started", at);
        }
        String why = ended + "; nothing was promoted, so the upgrade was aborted when the server started again"
                + (killed ? "; what the step still had running was killed" : "");
        return now.recorded(/* passed= */ false, why, at).ended(UpgradeState.ABORTED, why, at);
    }

    /** Said once, however often the server ends in a long watch. */
    private static Upgrade takenUp(Upgrade now, String why, Instant at) {
        boolean said = now.steps().stream().anyMatch(step -> step.detail().equals(why));
        return said ? now : now.recorded(/* passed= */ true, why, at);
    }
}

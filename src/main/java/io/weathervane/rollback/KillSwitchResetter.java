package io.weathervane.rollback;

import io.weathervane.approval.ChangeApproval;
import io.weathervane.approval.ChangeApprovalText;
import io.weathervane.audit.Actor;
import io.weathervane.flags.KillSwitchResetResult;
import io.weathervane.flags.LiveFlags;
import io.weathervane.reset.ResetPreconditionResult;
import io.weathervane.reset.ResetPreconditions;
import io.weathervane.util.SteadyClock;
import io.weathervane.util.Ticker;
import io.weathervane.worker.WorkerManager;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/** Turns the kill switch off at a person's request, when what should hold before that holds or the person insists. */
final class KillSwitchResetter {
    private final LiveFlags flags;
    private final WorkerManager workers;
    private final ResetPreconditions preconditions;
    private final Clock clock;
    private final Clock sinceStart;

    KillSwitchResetter(
            LiveFlags flags, WorkerManager workers, ResetPreconditions preconditions, Clock clock, Ticker ticker) {
        this.flags = flags;
        this.workers = workers;
        this.preconditions = preconditions;
        this.clock = clock;
        this.sinceStart = new SteadyClock(clock, ticker);
    }

    /** Looks at the active worker's calls; to be called often, so that none is missed. */
    void look() {
        preconditions.look(workers.tallyOfActive(), clock.instant());
    }

    /** The same for the last time: the workers are about to be ended. */
    void lookLast() {
        preconditions.lookLast(workers.tallyOfActive(), clock.instant());
    }

    /**
     * Record of the recent failed calls, to be written at the end.
     *
     * @throws io.weathervane.store.StoreException when that cannot be found out
     */
    ObjectNode recordAtTheEnd() {
        return preconditions.recordAtTheEnd(clock.instant());
    }

    /** Preconditions of a reset, as they are now. A clock that was set forward makes no failure look older than it is. */
    List<ResetPreconditionResult> preconditions(Optional<String> fixReference) {
        look();
        return preconditions.preconditions(fixReference, earlier(clock.instant(), sinceStart.instant()));
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    /**
     * Refuses a reset while something should hold and does not.
     *
     * @throws ActionRefusedException naming the preconditions that do not hold
     */
    static void requireMet(List<ResetPreconditionResult> preconditions) {
        List<ResetPreconditionResult> unmet =
                preconditions.stream().filter(one -> !one.ok()).toList();
        if (!unmet.isEmpty()) {
            throw new ActionRefusedException("the kill switch stays on: "
                    + unmet.stream()
                            .map(precondition -> precondition.name() + " (is " + precondition.value() + ", should be "
                                    + precondition.required() + ": " + precondition.remedy() + ")")
                            .collect(Collectors.joining("; "))
                    + "; kill_switch_reset with dry_run shows every precondition");
        }
    }

    /**
     * Request of a person to turn the kill switch off.
     *
     * @param force whether preconditions that do not hold are no reason to refuse it
     */
    record Request(String reason, Actor actor, Optional<String> fixReference, boolean force, ChangeApproval approval) {}

    /**
     * Turns the kill switch off when every precondition holds, or when forced to.
     *
     * @param others what should hold of other services, as it is now: the approval covers them, too
     * @throws ActionRefusedException naming the preconditions that do not hold
     */
    KillSwitchResetResult reset(Request request, List<ResetPreconditionResult> others) {
        List<ResetPreconditionResult> all = new ArrayList<>(preconditions(request.fixReference()));
        all.addAll(others);
        if (!request.force()) {
            requireMet(all);
        }
        return flags.resetKillSwitch(
                request.reason(),
                request.actor(),
                Optional.of(request.approval().approver()),
                request.fixReference(),
                !all.stream().allMatch(ResetPreconditionResult::ok),
                (sql, engaged) -> request.approval()
                        .take(sql, ChangeApprovalText.reset(engaged, ResetPreconditionResult.unmet(all))));
    }
}

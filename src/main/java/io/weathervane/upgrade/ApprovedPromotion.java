package io.weathervane.upgrade;

import io.weathervane.approval.ChangeApproval;
import io.weathervane.approval.ChangeApprovalText;
import io.weathervane.upgrade.StepOutcome.Passed;
import io.weathervane.worker.ReleaseFingerprint;
import io.weathervane.worker.WorkerRelease;
import java.time.Instant;
import java.util.Optional;

/**
 * The promotion of one upgrade: its approval, what was approved, and whether it is in the database. An approval is taken before
 * the canary gets its first real call; from then on no other release than the approved one is promoted.
 */
final class ApprovedPromotion {
    private final UpgradeDependencies dependencies;
    private final UpgradeStore store;
    private final CancellationToken cancellation;
    private final UpgradeProgramResolver programs;
    private final ProgramGuard guard;
    private final boolean approvedBefore;
    private volatile Optional<ChangeApproval> approval = Optional.empty();
    private volatile boolean committed;

    /** The release and the words of its promotion, from the restart on. */
    private Optional<WorkerRelease> release = Optional.empty();

    private String change = "";

    /** @param approvedProgram what was approved before the upgrade began */
    ApprovedPromotion(
            UpgradeDependencies dependencies,
            UpgradeStore store,
            CancellationToken cancellation,
            UpgradeProgramResolver programs,
            ProgramGuard guard,
            Optional<ApprovedProgram> approvedProgram) {
        this.dependencies = dependencies;
        this.store = store;
        this.cancellation = cancellation;
        this.programs = programs;
        this.guard = guard;
        this.approvedBefore = approvedProgram
                .filter(given -> given.fingerprint().upgrade().request().promotionMode() == PromotionMode.PROMOTE)
                .isPresent();
    }

    /** Hands over the approval that the upgrade waits for. */
    void approve(ChangeApproval given) {
        approval = Optional.of(given);
    }

    /** The approval that was handed over; empty while it is waited for, or when none is needed. */
    Optional<ChangeApproval> approval() {
        return approval;
    }

    /** Whether the promotion is in the database. */
    boolean isCommitted() {
        return committed;
    }

    /**
     * Takes the approval up where it was not taken at the beginning: from here on the canary gets real calls.
     *
     * @return the upgrade as it goes on
     * @throws UpgradeRefusedException when the canary is not as it was compared, or its promotion is not approved
     */
    Upgrade agree(Upgrade now) {
        guard.beforeRealCalls(now);
        return approvedBefore ? now : takeApproval(now);
    }

    /** Fixes which release it is that is promoted. */
    void fix(Upgrade upgrade) {
        WorkerRelease candidate = programs.candidate(upgrade);
        release = Optional.of(candidate);
        change = changeOf(upgrade, candidate);
    }

    private Upgrade takeApproval(Upgrade now) {
        ChangeApproval given = approval.orElseThrow(() -> new UpgradeRefusedException("the promotion is not approved"));
        String approvedChange = programs.of(now.forPromotion()).change();
        Upgrade approved = now.approvedBy(given.approver());
        // The manager lets no approval through that comes without this permission.
        Upgrade allowed = approved.needsAllowUnverified() ? approved.allowedUnverified() : approved;
        return dependencies
                .serverContext()
                .database()
                .write(
                        sql -> {
                            given.take(sql, approvedChange);
                            store.save(sql, allowed, now());
                            return allowed;
                        },
                        UpgradeRecorder.PATIENCE);
    }

    /** Approval by which the monitor promotes; the upgrade's next state is written with the promotion. */
    ChangeApproval recorded(Upgrade before) {
        return new RecordedApproval(
                before.promotion().approver().orElse("an unknown approver"),
                change,
                other -> whyOther(before, other),
                sql -> {
                    refuseWhenHalted();
                    store.save(sql, UpgradeStateMachine.next(before, new Passed("promoted"), now()), now());
                    sql.afterCommit(() -> committed = true);
                });
    }

    /** Why another promotion than the one at the restart is not allowed; empty when only a lock file was written since. */
    private Optional<String> whyOther(Upgrade upgrade, String other) {
        Optional<String> changed = guard.changed(upgrade);
        boolean same =
                release.filter(one -> changeOf(upgrade, one).equals(other)).isPresent();
        return changed.isEmpty() && same
                ? Optional.empty()
                : Optional.of(changed.orElse("It was to " + change + " and would now " + other));
    }

    private static String changeOf(Upgrade upgrade, WorkerRelease release) {
        return ChangeApprovalText.promotion(
                upgrade.from(), upgrade.to(), ReleaseFingerprint.of(release).sha256());
    }

    /** The last moment: the canary may have been slow to say how it is, and the operator did not want to wait. */
    private void refuseWhenHalted() {
        cancellation.why().ifPresent(why -> {
            throw new UpgradeRefusedException(why);
        });
    }

    private Instant now() {
        return dependencies.serverContext().clock().instant();
    }
}

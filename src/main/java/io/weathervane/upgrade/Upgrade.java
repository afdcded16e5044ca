package io.weathervane.upgrade;

import io.weathervane.monitor.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An upgrade at one moment, as it is kept in the database.
 *
 * @param actor who asked for it
 * @param from label of the worker that was active at its start
 * @param to label of the release that is to take its place
 * @param step the one that it is at, or was at when it ended
 * @param weightIndex which of the canary weights comes next, or is in force
 * @param steps those that are over, oldest first
 * @param reason why it ended as it did
 * @param approver who approved the promotion
 * @param unwrittenRecords records that could not be written, each with why
 * @param outcome how the watch over its promotion ended; empty before that, and when the watch was not followed to an end
 */
public record Upgrade(
        String id,
        UpgradeRequest request,
        String actor,
        Optional<String> from,
        String to,
        Instant startedAt,
        UpgradeStatus status,
        UpgradeStep step,
        int weightIndex,
        Instant stepStartedAt,
        List<StepRecord> steps,
        Optional<String> reason,
        Optional<String> approver,
        Optional<String> promotionId,
        Optional<Instant> endedAt,
        List<String> unwrittenRecords,
        Optional<Outcome> outcome) {
    public Upgrade {
        steps = List.copyOf(steps);
        unwrittenRecords = List.copyOf(unwrittenRecords);
    }

    static Upgrade begin(
            String id, UpgradeRequest request, String actor, Optional<String> from, String to, Instant now) {
        return new Upgrade(
                id,
                request,
                actor,
                from,
                to,
                now,
                UpgradeStatus.RUNNING,
                UpgradeStep.PREFLIGHT,
                0,
                now,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty());
    }

    /** The canary weight that the step is about, in percent; empty for the other steps. */
    Optional<Integer> weight() {
        return step == UpgradeStep.WEIGHT && weightIndex < request.weights().size()
                ? Optional.of(request.weights().get(weightIndex))
                : Optional.empty();
    }

    public boolean isPromoted() {
        return promotionId.isPresent() || step.isAfterPromotion();
    }

    Upgrade recorded(boolean passed, String detail, Instant now) {
        List<StepRecord> all = new ArrayList<>(steps);
        all.add(new StepRecord(step, weight(), passed, detail, stepStartedAt, now));
        return with(status, step, weightIndex, stepStartedAt, all, reason, endedAt);
    }

    Upgrade at(UpgradeStep next, int nextWeight, Instant now) {
        UpgradeStatus how = next == UpgradeStep.APPROVAL ? UpgradeStatus.WAITING : UpgradeStatus.RUNNING;
        return with(how, next, nextWeight, now, steps, reason, endedAt);
    }

    /** It has the approval that it waited for, and is about to take its next step. */
    Upgrade goingOn() {
        return with(UpgradeStatus.RUNNING, step, weightIndex, stepStartedAt, steps, reason, endedAt);
    }

    Upgrade ended(UpgradeStatus how, String why, Instant now) {
        return with(how, step, weightIndex, stepStartedAt, steps, Optional.of(why), Optional.of(now));
    }

    Upgrade watched(Optional<Outcome> how) {
        return new Upgrade(
                id,
                request,
                actor,
                from,
                to,
                startedAt,
                status,
                step,
                weightIndex,
                stepStartedAt,
                steps,
                reason,
                approver,
                promotionId,
                endedAt,
                unwrittenRecords,
                how);
    }

    private Upgrade with(
            UpgradeStatus newStatus,
            UpgradeStep newStep,
            int newWeight,
            Instant newStart,
            List<StepRecord> newSteps,
            Optional<String> newReason,
            Optional<Instant> newEnd) {
        return new Upgrade(
                id,
                request,
                actor,
                from,
                to,
                startedAt,
                newStatus,
                newStep,
                newWeight,
                newStart,
                newSteps,
                newReason,
                approver,
                promotionId,
                newEnd,
                unwrittenRecords,
                outcome);
    }

    /** The same as what its promotion alone would be. */
    Upgrade forPromotion() {
        return with(request.forPromotion(), approver);
    }

    Upgrade approvedBy(String whose) {
        return with(request.with(PromotionMode.PROMOTE), Optional.of(whose));
    }

    private Upgrade with(UpgradeRequest newRequest, Optional<String> newApprover) {
        return new Upgrade(
                id,
                newRequest,
                actor,
                from,
                to,
                startedAt,
                status,
                step,
                weightIndex,
                stepStartedAt,
                steps,
                reason,
                newApprover,
                promotionId,
                endedAt,
                unwrittenRecords,
                outcome);
    }

    Upgrade promotedAs(String promotion) {
        return new Upgrade(
                id,
                request,
                actor,
                from,
                to,
                startedAt,
                status,
                step,
                weightIndex,
                stepStartedAt,
                steps,
                reason,
                approver,
                Optional.of(promotion),
                endedAt,
                unwrittenRecords,
                outcome);
    }

    Upgrade withUnwrittenRecords(List<String> records) {
        return new Upgrade(
                id,
                request,
                actor,
                from,
                to,
                startedAt,
                status,
                step,
                weightIndex,
                stepStartedAt,
                steps,
                reason,
                approver,
                promotionId,
                endedAt,
                records,
                outcome);
    }
}

package io.weathervane.upgrade;

import io.weathervane.monitor.WatchOutcome;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An upgrade at one moment, as it is kept in the database.
 *
 * @param steps those that are over, oldest first
 * @param end empty while it is under way
 * @param unwrittenRecords records that could not be written, each with why
 */
public record Upgrade(
        Plan plan,
        Position position,
        List<StepRecord> steps,
        Promotion promotion,
        Optional<End> end,
        List<String> unwrittenRecords) {
    public Upgrade {
        steps = List.copyOf(steps);
        unwrittenRecords = List.copyOf(unwrittenRecords);
    }

    /**
     * Plan of an upgrade as it was requested.
     *
     * @param from label of the worker that was active at its start
     * @param to label of the release that is to take its place
     */
    record Plan(String id, UpgradeRequest request, String actor, Optional<String> from, String to, Instant startedAt) {
        Plan with(UpgradeRequest newRequest) {
            return new Plan(id, newRequest, actor, from, to, startedAt);
        }
    }

    /**
     * Progress of an upgrade.
     *
     * @param step the one that it is at, or was at when it ended
     * @param weightIndex which of the canary weights comes next, or is in force
     * @param since when the step began
     */
    record Position(UpgradeState state, UpgradeStepKind step, int weightIndex, Instant since) {
        Position with(UpgradeState newState) {
            return new Position(newState, step, weightIndex, since);
        }
    }

    /**
     * The promotion that it leads to.
     *
     * @param approver who approved it
     * @param outcome how the watch over it ended; empty before that, and when the watch was not followed to an end
     * @param unverified whether no call was compared before it
     */
    record Promotion(
            Optional<String> approver, Optional<String> id, Optional<WatchOutcome> outcome, boolean unverified) {
        static final Promotion NONE =
                new Promotion(Optional.empty(), Optional.empty(), Optional.empty(), /* unverified= */ false);
    }

    /**
     * Reason and time of an upgrade's end.
     *
     * @param advice how an operator can go on, a sentence each
     */
    record End(String reason, Instant at, List<String> advice) {
        End {
            advice = List.copyOf(advice);
        }
    }

    static Upgrade begin(
            String id, UpgradeRequest request, String actor, Optional<String> from, String to, Instant now) {
        return new Upgrade(
                new Plan(id, request, actor, from, to, now),
                new Position(UpgradeState.RUNNING, UpgradeStepKind.PREFLIGHT, 0, now),
                List.of(),
                Promotion.NONE,
                Optional.empty(),
                List.of());
    }

    public String id() {
        return plan.id();
    }

    public UpgradeRequest request() {
        return plan.request();
    }

    public String actor() {
        return plan.actor();
    }

    public Optional<String> from() {
        return plan.from();
    }

    public String to() {
        return plan.to();
    }

    public Instant startedAt() {
        return plan.startedAt();
    }

    public UpgradeState status() {
        return position.state();
    }

    public UpgradeStepKind step() {
        return position.step();
    }

    public Optional<String> reason() {
        return end.map(End::reason);
    }

    public Optional<Instant> endedAt() {
        return end.map(End::at);
    }

    public Optional<String> promotionId() {
        return promotion.id();
    }

    public Optional<WatchOutcome> outcome() {
        return promotion.outcome();
    }

    /** Advice to an operator after its end, a sentence each. */
    public List<String> advice() {
        return end.map(End::advice).orElse(List.of());
    }

    /** Whether its comparison is over, and compared no call. */
    public boolean comparedNothing() {
        return promotion.unverified();
    }

    /** Whether no call was compared, and nothing says that it may be promoted all the same. */
    public boolean needsAllowUnverified() {
        return promotion.unverified() && !request().comparison().allowUnverified();
    }

    /** The canary weight that the step is about, in percent; empty for the other steps. */
    Optional<Integer> weight() {
        int index = position.weightIndex();
        return step() == UpgradeStepKind.WEIGHT
                        && index < request().ramp().weights().size()
                ? Optional.of(request().ramp().weights().get(index))
                : Optional.empty();
    }

    public boolean isPromoted() {
        return promotionId().isPresent() || step().isAfterPromotion();
    }

    Upgrade recorded(boolean passed, String detail, Instant now) {
        StepRecord over = new StepRecord(step(), weight(), passed, detail, position.since(), now);
        return new Upgrade(
                plan,
                position,
                Stream.concat(steps.stream(), Stream.of(over)).toList(),
                promotion,
                end,
                unwrittenRecords);
    }

    Upgrade at(UpgradeStepKind next, int nextWeight, Instant now) {
        UpgradeState how = next == UpgradeStepKind.APPROVAL ? UpgradeState.WAITING : UpgradeState.RUNNING;
        return with(new Position(how, next, nextWeight, now));
    }

    /** It has the approval that it waited for, and is about to take its next step. */
    Upgrade goingOn() {
        return with(position.with(UpgradeState.RUNNING));
    }

    private Upgrade with(Position newPosition) {
        return new Upgrade(plan, newPosition, steps, promotion, end, unwrittenRecords);
    }

    Upgrade ended(UpgradeState how, String why, Instant now) {
        return ended(how, new End(why, now, List.of()));
    }

    Upgrade ended(UpgradeState how, End why) {
        return new Upgrade(plan, position.with(how), steps, promotion, Optional.of(why), unwrittenRecords);
    }

    /** The same as what its promotion alone would be. */
    Upgrade forPromotion() {
        return new Upgrade(plan.with(request().forPromotion()), position, steps, promotion, end, unwrittenRecords);
    }

    Upgrade approvedBy(String whose) {
        Promotion approved =
                new Promotion(Optional.of(whose), promotion.id(), promotion.outcome(), promotion.unverified());
        Plan promoting = plan.with(request().with(PromotionMode.PROMOTE));
        return new Upgrade(promoting, position, steps, approved, end, unwrittenRecords);
    }

    /** No call was compared. */
    Upgrade unverified() {
        return with(new Promotion(promotion.approver(), promotion.id(), promotion.outcome(), /* unverified= */ true));
    }

    /** It may be promoted although no call was compared. */
    Upgrade allowedUnverified() {
        return new Upgrade(plan.with(request().unverified()), position, steps, promotion, end, unwrittenRecords);
    }

    Upgrade promotedAs(String id) {
        return with(new Promotion(promotion.approver(), Optional.of(id), promotion.outcome(), promotion.unverified()));
    }

    Upgrade watched(Optional<WatchOutcome> how) {
        return with(new Promotion(promotion.approver(), promotion.id(), how, promotion.unverified()));
    }

    private Upgrade with(Promotion newPromotion) {
        return new Upgrade(plan, position, steps, newPromotion, end, unwrittenRecords);
    }

    Upgrade withUnwrittenRecords(List<String> records) {
        return new Upgrade(plan, position, steps, promotion, end, records);
    }
}

package io.weathervane.rollback;

import io.weathervane.monitor.DecisionAction;
import io.weathervane.monitor.WatchState;
import io.weathervane.worker.CallTallyDetails;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * The watch over one promotion, as it is kept in the database.
 *
 * @param from label of the worker that was replaced, the one to go back to
 * @param after the watch over the worker that an action brought back, which only reports
 * @param paged whether it was reported already that the release is degraded
 * @param pending a drastic decision whose actions are not finished
 */
record WatchRecord(
        WatchState state,
        Optional<String> from,
        Baseline baseline,
        Optional<Pending> pending,
        Optional<WatchState> after,
        boolean paged) {
    /** A watch that begins. */
    WatchRecord(WatchState state, Optional<String> from, Baseline baseline) {
        this(state, from, baseline, Optional.empty(), Optional.empty(), /* paged= */ false);
    }

    /**
     * What was counted before the next check.
     *
     * @param rowId newest row of {@code operations_snapshots} at the promotion; it and older ones say nothing
     */
    record Baseline(CallTallyDetails figures, long rowId) {
        /** What a worker that is counted anew is counted from. */
        static Baseline zero(long rowId) {
            return new Baseline(CallTallyDetails.NONE, rowId);
        }
    }

    /**
     * A decision on its way.
     *
     * @param payload what the audit says of it, but for the actions
     */
    record Pending(DecisionAction action, ObjectNode payload) {}

    WatchRecord with(WatchState newState) {
        return new WatchRecord(newState, from, baseline, pending, after, paged);
    }

    WatchRecord with(Baseline newBaseline) {
        return new WatchRecord(state, from, newBaseline, pending, after, paged);
    }

    WatchRecord pending(Pending decided) {
        return new WatchRecord(state, from, baseline, Optional.of(decided), after, paged);
    }

    WatchRecord done() {
        return new WatchRecord(state, from, baseline, Optional.empty(), after, paged);
    }

    WatchRecord withAfter(WatchState newAfter) {
        return new WatchRecord(state, from, baseline, pending, Optional.of(newAfter), paged);
    }

    WatchRecord withPaged() {
        return new WatchRecord(state, from, baseline, pending, after, /* paged= */ true);
    }

    String promotionId() {
        return state.promotionId();
    }

    /** Whether the worker that was brought back is looked at. */
    boolean lookingBack() {
        return pending.isEmpty() && after.filter(WatchState::running).isPresent();
    }

    /** The state whose next check is due, if any is. */
    Optional<WatchState> due() {
        return watching() ? Optional.of(state) : lookingBack() ? after : Optional.empty();
    }

    /** Whether checks are due. */
    boolean watching() {
        return state.running() && pending.isEmpty();
    }
}

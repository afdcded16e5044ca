package io.weathervane.watch;

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
public record WatchRecord(
        WatchState state,
        Optional<String> from,
        Baseline baseline,
        Optional<Pending> pending,
        Optional<WatchState> after,
        boolean paged) {
    /** A watch that begins. */
    public WatchRecord(WatchState state, Optional<String> from, Baseline baseline) {
        this(state, from, baseline, Optional.empty(), Optional.empty(), /* paged= */ false);
    }

    /**
     * Counts that the next check is compared with.
     *
     * @param rowId newest row of {@code operations_snapshots} at the promotion; it and older ones say nothing
     */
    public record Baseline(CallTallyDetails details, long rowId) {
        /** Baseline of a worker that is counted anew. */
        public static Baseline zero(long rowId) {
            return new Baseline(CallTallyDetails.NONE, rowId);
        }
    }

    /**
     * A decision on its way.
     *
     * @param payload what the audit says of it, but for the actions
     */
    public record Pending(DecisionAction action, ObjectNode payload) {}

    public WatchRecord with(WatchState newState) {
        return new WatchRecord(newState, from, baseline, pending, after, paged);
    }

    public WatchRecord with(Baseline newBaseline) {
        return new WatchRecord(state, from, newBaseline, pending, after, paged);
    }

    public WatchRecord pending(Pending decided) {
        return new WatchRecord(state, from, baseline, Optional.of(decided), after, paged);
    }

    public WatchRecord done() {
        return new WatchRecord(state, from, baseline, Optional.empty(), after, paged);
    }

    public WatchRecord withAfter(WatchState newAfter) {
        return new WatchRecord(state, from, baseline, pending, Optional.of(newAfter), paged);
    }

    public WatchRecord withPaged() {
        return new WatchRecord(state, from, baseline, pending, after, /* paged= */ true);
    }

    public String promotionId() {
        return state.promotionId();
    }

    /** Whether the worker that was brought back is looked at. */
    public boolean lookingBack() {
        return pending.isEmpty() && after.filter(WatchState::running).isPresent();
    }

    /** The state whose next check is due, if any is. */
    public Optional<WatchState> due() {
        return watching() ? Optional.of(state) : lookingBack() ? after : Optional.empty();
    }

    /** Whether checks are due. */
    public boolean watching() {
        return state.running() && pending.isEmpty();
    }
}

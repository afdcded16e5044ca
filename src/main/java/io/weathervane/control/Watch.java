package io.weathervane.control;

import io.weathervane.monitor.Action;
import io.weathervane.monitor.MonitorState;
import io.weathervane.worker.CallFigures;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * The watch over one promotion, as it is kept in the database.
 *
 * @param from label of the worker that was replaced, the one to go back to
 * @param pending a drastic decision whose actions are not finished
 */
record Watch(MonitorState state, Optional<String> from, Baseline baseline, Optional<Pending> pending) {
    /**
     * What was counted before the next check.
     *
     * @param rowId newest row of {@code operations_snapshots} at the promotion; it and older ones say nothing
     */
    record Baseline(CallFigures figures, long rowId) {
        /** What a worker that is counted anew is counted from. */
        static Baseline zero(long rowId) {
            return new Baseline(CallFigures.NONE, rowId);
        }
    }

    /**
     * A decision on its way.
     *
     * @param payload what the audit says of it, but for the actions
     */
    record Pending(Action action, ObjectNode payload) {}

    Watch with(MonitorState newState) {
        return new Watch(newState, from, baseline, pending);
    }

    Watch with(Baseline newBaseline) {
        return new Watch(state, from, newBaseline, pending);
    }

    Watch pending(Pending decided) {
        return new Watch(state, from, baseline, Optional.of(decided));
    }

    Watch done() {
        return new Watch(state, from, baseline, Optional.empty());
    }

    String promotionId() {
        return state.promotionId();
    }

    /** Whether checks are due. */
    boolean watching() {
        return state.running() && pending.isEmpty();
    }
}

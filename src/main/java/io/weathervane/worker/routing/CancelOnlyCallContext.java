package io.weathervane.worker.routing;

import io.weathervane.worker.WorkerCallContext;
import java.util.Optional;

/** A request of ours for a caller, who can cancel it and is told nothing in it. */
record CancelOnlyCallContext(WorkerCallContext caller) implements WorkerCallContext {
    @Override
    public boolean cancelled() {
        return caller.cancelled();
    }

    @Override
    public Optional<String> cancelReason() {
        return caller.cancelReason();
    }

    @Override
    public boolean isBlocked() {
        return caller.isBlocked();
    }

    @Override
    public void onCancel(Runnable action) {
        caller.onCancel(action);
    }
}

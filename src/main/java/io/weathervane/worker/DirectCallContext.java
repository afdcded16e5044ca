package io.weathervane.worker;

import io.weathervane.util.Stopwatch;
import java.util.ArrayList;
import java.util.List;

/** A call of our own to a worker, which can be ended from outside; no client can be asked anything in it. */
public final class DirectCallContext implements WorkerCallContext {
    private final Stopwatch limit;
    private final List<Runnable> actions = new ArrayList<>();
    private boolean tookTooLong;
    private boolean cancelled;

    /** @param limit longest that the call may take */
    public DirectCallContext(Stopwatch limit) {
        this.limit = limit;
    }

    /** Ends the call when it takes too long, or is to stop. */
    public synchronized void look(boolean stop) {
        boolean passed = limit.passed();
        if (!cancelled && (stop || passed)) {
            tookTooLong = passed;
            cancelled = true;
            actions.forEach(Runnable::run);
        }
    }

    public synchronized boolean tookTooLong() {
        return tookTooLong;
    }

    @Override
    public synchronized boolean cancelled() {
        return cancelled;
    }

    @Override
    public synchronized void onCancel(Runnable action) {
        if (cancelled) {
            action.run();
        } else {
            actions.add(action);
        }
    }
}

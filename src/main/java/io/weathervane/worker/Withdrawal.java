package io.weathervane.worker;

import java.util.ArrayList;
import java.util.List;

/** Tells those who bring a question to a client that it is off: the worker cancelled it, or has answered its call. */
public final class Withdrawal {
    private final List<Runnable> actions = new ArrayList<>(1);
    private boolean off;

    /** Runs the action once, when the question is off; at once when it is already. It must be quick. */
    public void onWithdrawn(Runnable action) {
        synchronized (actions) {
            if (!off) {
                actions.add(action);
                return;
            }
        }
        action.run();
    }

    void withdraw() {
        List<Runnable> told;
        synchronized (actions) {
            off = true;
            told = List.copyOf(actions);
            actions.clear();
        }
        told.forEach(Runnable::run);
    }

    boolean isOff() {
        synchronized (actions) {
            return off;
        }
    }
}

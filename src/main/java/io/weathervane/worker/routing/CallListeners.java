package io.weathervane.worker.routing;

import io.weathervane.worker.CompletedCall;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The listeners that observe every call. Without listeners no observation is built. */
public final class CallListeners {
    private static final Logger LOG = LoggerFactory.getLogger("WorkerManager");

    private final List<Consumer<CompletedCall>> listeners = new CopyOnWriteArrayList<>();

    /** Adds one; closing what is returned removes it. */
    public AutoCloseable add(Consumer<CompletedCall> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** Tells them on this thread. A listener that fails costs its own information only. */
    void notifyListeners(Supplier<CompletedCall> call) {
        if (listeners.isEmpty()) {
            return;
        }
        CompletedCall completed = call.get();
        for (Consumer<CompletedCall> listener : listeners) {
            try {
                listener.accept(completed);
            } catch (RuntimeException e) {
                LOG.error("a listener for calls failed", e);
            }
        }
    }
}

package io.weathervane.worker.routing;

import java.util.HashSet;
import java.util.Set;
import java.util.function.BiConsumer;
import tools.jackson.databind.node.ObjectNode;

/** Listener of one client to its tasks. */
final class ClientTaskListener {
    private final BiConsumer<String, ObjectNode> listener;
    private final Runnable lost;
    private final Set<String> told = new HashSet<>();

    /**
     * Both are called on the worker's thread.
     *
     * @param listener gets what the client calls the task, and its state
     * @param lost told that nothing more will come of some of the tasks
     */
    ClientTaskListener(BiConsumer<String, ObjectNode> listener, Runnable lost) {
        this.listener = listener;
        this.lost = lost;
    }

    /** The worker says so. */
    synchronized void notified(String id, ObjectNode task) {
        told.add(id);
        listener.accept(id, task);
    }

    /** The worker answered so when it was asked; what it has said since is newer. */
    synchronized void found(String id, ObjectNode task) {
        if (!told.contains(id)) {
            listener.accept(id, task);
        }
    }

    void lost() {
        lost.run();
    }
}

package io.weathervane.worker.routing;

import java.util.HashSet;
import java.util.Set;
import java.util.function.BiConsumer;
import tools.jackson.databind.node.ObjectNode;

/** Where one client hears of the tasks that it listens to. */
final class ClientTaskListener {
    private final BiConsumer<String, ObjectNode> news;
    private final Runnable lost;
    private final Set<String> told = new HashSet<>();

    /**
     * Both are called on the worker's thread.
     *
     * @param news gets what the client calls the task, and its state
     * @param lost told that nothing more will come of some of the tasks
     */
    ClientTaskListener(BiConsumer<String, ObjectNode> news, Runnable lost) {
        this.news = news;
        this.lost = lost;
    }

    /** The worker says so. */
    synchronized void told(String id, ObjectNode task) {
        told.add(id);
        news.accept(id, task);
    }

    /** The worker answered so when it was asked; what it has said since is newer. */
    synchronized void found(String id, ObjectNode task) {
        if (!told.contains(id)) {
            news.accept(id, task);
        }
    }

    void lost() {
        lost.run();
    }
}

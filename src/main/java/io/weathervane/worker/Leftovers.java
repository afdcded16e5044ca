package io.weathervane.worker;

import io.weathervane.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers our children in the database, so that those of a server that was killed are ended by the next one. A well
 * behaved worker ends by itself when its stdin does; this is for the others.
 */
final class Leftovers {
    private static final Logger LOG = LoggerFactory.getLogger("WorkerManager");

    private final ReleaseStore store;
    private final Background background;

    Leftovers(ReleaseStore store, Background background) {
        this.store = store;
        this.background = background;
    }

    /** Kills what a killed server left running; returns the labels. */
    List<String> kill() {
        List<String> killed = new ArrayList<>();
        for (ReleaseStore.Child child : store.children()) {
            Optional<ProcessHandle> running = ProcessHandle.of(child.pid()).filter(handle -> isSame(handle, child));
            running.ifPresent(handle -> {
                LOG.warn("killing a worker left by a killed server worker={} pid={}", child.label(), child.pid());
                handle.descendants().forEach(ProcessHandle::destroyForcibly);
                handle.destroyForcibly();
                killed.add(child.label());
            });
            store.removeChild(child.pid());
        }
        return killed;
    }

    /** A pid alone may have gone to a stranger meanwhile. */
    private static boolean isSame(ProcessHandle handle, ReleaseStore.Child child) {
        return handle.info()
                .startInstant()
                .map(start -> start.toEpochMilli() == child.startedMillis())
                .orElse(false);
    }

    void remember(Worker worker) {
        worker.process().startInstant().ifPresent(start -> {
            ReleaseStore.Child child =
                    new ReleaseStore.Child(worker.process().pid(), start.toEpochMilli(), worker.label());
            background.runInOrder(() -> quietly(() -> store.addChild(child)));
        });
    }

    void forget(Worker worker) {
        background.runInOrder(
                () -> quietly(() -> store.removeChild(worker.process().pid())));
    }

    private static void quietly(Runnable write) {
        try {
            write.run();
        } catch (StoreException e) {
            LOG.warn("the list of our processes cannot be written: {}", e.getMessage());
        }
    }
}

package io.weathervane.worker.process;

import io.weathervane.store.StoreException;
import io.weathervane.util.ChildProcessMarker;
import io.weathervane.worker.ReleaseStore;
import io.weathervane.worker.RunningServer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the children of a server that was killed. They are found by their {@link ChildProcessMarker}, which a process has from its
 * first moment on; where the system does not show it, by what is remembered in the database. A worker that ends
 * with its stdin never becomes one.
 */
public final class OrphanProcesses {
    private static final Logger LOG = LoggerFactory.getLogger("WorkerManager");

    /** A process may start another while it is being killed, but not for ever. */
    private static final int ROUNDS_MAX = 20;

    /** What runs for an upgrade has it, and is ended by those who know which upgrade. */
    private static final String UPGRADE_VARIABLE = "WVO_UPGRADE_ID";

    private static final String LABEL_VARIABLE = "WVO_WORKER_LABEL";

    private final ReleaseStore store;
    private final ChildProcessMarker marker;
    private final Executor inOrder;

    /** @param inOrder runs the writes to the database, one after the other */
    public OrphanProcesses(ReleaseStore store, ChildProcessMarker marker, Executor inOrder) {
        this.store = store;
        this.marker = marker;
        this.inOrder = inOrder;
    }

    /** The mark of one more child. */
    public String nextMark() {
        return marker.next();
    }

    /**
     * Kills what a killed server left running; returns the labels.
     *
     * @param search whether to look for what was not remembered: costs a look at every process of the machine
     */
    public List<String> kill(boolean search) {
        List<String> killed = new ArrayList<>();
        for (ReleaseStore.Child child : store.children()) {
            ProcessHandle.of(child.pid())
                    .filter(handle -> isSame(handle, child))
                    .ifPresent(handle -> killed.add(kill(handle, child.label())));
            store.removeChild(child.pid());
        }
        if (search) {
            killed.addAll(killMarked());
        }
        return killed;
    }

    private static String kill(ProcessHandle handle, String label) {
        LOG.warn("killing a worker left by a killed server worker={} pid={}", label, handle.pid());
        handle.descendants().forEach(ProcessHandle::destroyForcibly);
        handle.destroyForcibly();
        return label;
    }

    private List<String> killMarked() {
        Map<ProcessHandle, String> killed = new LinkedHashMap<>();
        List<ChildProcessMarker.Marked> found = orphans();
        for (int round = 0; round < ROUNDS_MAX && !found.isEmpty(); round++) {
            found.forEach(one -> killed.computeIfAbsent(one.handle(), handle -> kill(handle, label(one))));
            found = orphans();
        }
        return List.copyOf(killed.values());
    }

    private List<ChildProcessMarker.Marked> orphans() {
        return marker.orphans().stream()
                .filter(one -> one.variable(UPGRADE_VARIABLE).isEmpty())
                .toList();
    }

    private static String label(ChildProcessMarker.Marked one) {
        return one.variable(LABEL_VARIABLE).orElse("unknown");
    }

    /** A pid alone may have gone to a stranger meanwhile. */
    private static boolean isSame(ProcessHandle handle, ReleaseStore.Child child) {
        return handle.info()
                .startInstant()
                .map(start -> start.toEpochMilli() == child.startedMillis())
                .orElse(false);
    }

    /**
     * Records a started process, to be ended after a crash. A server that is no process of this machine leaves none
     * behind.
     */
    public void remember(String label, RunningServer server) {
        if (server instanceof WorkerProcess process) {
            process.startInstant().ifPresent(start -> {
                ReleaseStore.Child child = new ReleaseStore.Child(process.instance(), start.toEpochMilli(), label);
                inOrder.execute(() -> quietly(() -> store.addChild(child)));
            });
        }
    }

    public void forget(RunningServer server) {
        server.pid().ifPresent(pid -> inOrder.execute(() -> quietly(() -> store.removeChild(pid))));
    }

    private static void quietly(Runnable write) {
        try {
            write.run();
        } catch (StoreException e) {
            LOG.warn("the list of our processes cannot be written: {}", e.getMessage());
        }
    }
}

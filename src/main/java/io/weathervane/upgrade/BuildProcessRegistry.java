package io.weathervane.upgrade;

import io.weathervane.store.WriteReceipt;
import io.weathervane.util.ChildProcessMarker;
import io.weathervane.util.ProcessTree;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records the build and test processes of an upgrade in the database, so that the next start ends those of a killed
 * server.
 */
final class BuildProcessRegistry {
    private static final Logger LOG = LoggerFactory.getLogger("Upgrades");

    /** How long programs may take to end by themselves when the server ends. */
    private static final Duration END_LIMIT = Duration.ofMillis(700);

    private final UpgradeStore store;
    private final ChildProcessMarker marker;
    private final Set<ProcessTree> running = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    BuildProcessRegistry(UpgradeStore store, ChildProcessMarker marker) {
        this.store = store;
        this.marker = marker;
    }

    /** The mark of one more program. */
    String nextMark() {
        return marker.next();
    }

    /** The program should not be let go on before this is written. */
    WriteReceipt remember(BuildProcessTree tree) {
        return store.addProgram(tree);
    }

    /** A program has begun. */
    void begun(ProcessTree program) {
        running.add(program);
        if (closed) {
            program.kill();
        }
    }

    /** Nothing of the program is left. */
    void over(ProcessTree program) {
        running.remove(program);
    }

    /** Ends what runs, within about a second; what begins from now on is killed at once. */
    void endAll() {
        closed = true;
        running.forEach(ProcessTree::terminate);
        try {
            for (ProcessTree program : running) {
                program.awaitEnd(END_LIMIT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        running.forEach(ProcessTree::kill);
    }

    void forget(BuildProcessTree tree) {
        store.removeProgram(tree);
    }

    /**
     * Kills what a killed server left running; returns it.
     *
     * @param search whether to look for what its record does not lead to: costs a look at every process of the machine
     */
    List<BuildProcessTree> kill(boolean search) {
        List<BuildProcessTree> killed = new ArrayList<>();
        for (BuildProcessTree tree : store.programs()) {
            int count = tree.kill();
            if (count > 0) {
                LOG.warn(
                        "killed what a killed server left running upgrade={} pid={} processes={}",
                        tree.upgrade(),
                        tree.pid(),
                        count);
                killed.add(tree);
            }
            store.removeProgram(tree);
        }
        if (search) {
            killMarked(killed);
        }
        return killed;
    }

    /** Of a program that led its own into another session and ended. */
    private void killMarked(List<BuildProcessTree> killed) {
        for (ChildProcessMarker.Marked one : marker.orphans()) {
            Optional<String> upgrade = one.variable(BuildProcessTree.VARIABLE);
            if (upgrade.isPresent() && one.handle().destroyForcibly()) {
                LOG.warn(
                        "killed what a killed server left running upgrade={} pid={}",
                        upgrade.get(),
                        one.handle().pid());
                killed.add(new BuildProcessTree(one.handle().pid(), 0, upgrade.get()));
            }
        }
    }
}

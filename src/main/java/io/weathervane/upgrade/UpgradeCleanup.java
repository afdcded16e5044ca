package io.weathervane.upgrade;

import io.weathervane.audit.Actor;
import io.weathervane.rollback.ActionRefusedException;
import io.weathervane.rollback.RollbackMonitor;
import io.weathervane.worker.Role;
import io.weathervane.worker.WorkerManager;
import io.weathervane.worker.WorkerRelease;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes what an ended upgrade leaves: its canary, its canary weight, its staging folder. */
final class UpgradeCleanup {
    private static final Logger LOG = LoggerFactory.getLogger("Upgrades");

    private final WorkerManager workers;
    private final RollbackMonitor monitor;

    UpgradeCleanup(WorkerManager workers, RollbackMonitor monitor) {
        this.workers = workers;
        this.monitor = monitor;
    }

    /** Returns what could not be taken away, a sentence each; one that fails does not keep the others from being tried. */
    List<String> after(Upgrade ended, UpgradeDirectory directory, AbortConditions abortConditions) {
        List<String> problems = new ArrayList<>();
        if (!ended.isPromoted()) {
            attempt("the canary weight", problems, () -> stopSharing(abortConditions));
            attempt("the canary", problems, () -> stopCanary(ended, abortConditions));
        }
        if (!ended.request().staging().keepFolder() && !runsFromStaging(ended)) {
            attempt("the staging folder", problems, directory::removeStaging);
        }
        return problems;
    }

    private void stopSharing(AbortConditions abortConditions) {
        if (workers.view().canary().filter(abortConditions::isOurs).isPresent()) {
            workers.canaryWeight(0);
        }
    }

    private void stopCanary(Upgrade ended, AbortConditions abortConditions) {
        if (workers.view().canary().filter(abortConditions::isOurs).isEmpty()) {
            return;
        }
        try {
            monitor.stopCanary(new Actor(ended.actor()), "upgrade " + ended.id() + " has ended");
        } catch (ActionRefusedException e) {
            LOG.info("the canary of {} was gone already: {}", ended.id(), e.reason());
        }
    }

    /** A worker that was promoted may need its files, as the active one or as the one to go back to. */
    private boolean runsFromStaging(Upgrade ended) {
        return Stream.of(Role.ACTIVE, Role.PREVIOUS)
                .map(workers::releaseOf)
                .flatMap(Optional::stream)
                .map(WorkerRelease::label)
                .anyMatch(ended.to()::equals);
    }

    private static void attempt(String what, List<String> problems, Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.error("{} of an upgrade could not be taken away", what, e);
            problems.add(what + " could not be taken away: " + e.getMessage());
        }
    }
}

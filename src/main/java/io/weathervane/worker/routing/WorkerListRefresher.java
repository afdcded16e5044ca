package io.weathervane.worker.routing;

import io.weathervane.util.Stopwatch;
import io.weathervane.util.Ticker;
import io.weathervane.worker.WorkerCallContext;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerListKind;
import io.weathervane.worker.protocol.WorkerSession;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** Keeps our copies of one worker's lists fresh: asks again when it says that one has changed, and when one may be old. */
final class WorkerListRefresher {
    /** Longest that a worker may take to list what it has. */
    static final Duration LIST_LIMIT = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger("Worker");

    private final Worker worker;
    private final Ticker ticker;
    private final ToolListFreshness toolsFreshness;
    private final ListRefreshQueue refreshes;

    WorkerListRefresher(Worker worker, WorkerDependencies dependencies) {
        this.worker = worker;
        this.ticker = dependencies.ticker();
        this.toolsFreshness = new ToolListFreshness(ticker, dependencies.background());
        this.refreshes = new ListRefreshQueue(dependencies.background(), this::listAgain);
    }

    /** Has these lists, which may have changed, asked for again in the background. */
    void changed(List<WorkerListKind> lists) {
        refreshes.changed(lists);
    }

    /** The tools were listed just now, when the conversation began. */
    void copied() {
        toolsFreshness.copied();
    }

    private void listAgain(List<WorkerListKind> lists) {
        Optional<WorkerSession> ready = worker.readySession();
        if (ready.isEmpty()) {
            return;
        }
        WorkerSession current = ready.get();
        boolean changed = false;
        for (WorkerListKind list : lists) {
            changed |= hasChanged(current, list);
        }
        if (changed) {
            worker.listener().listsChanged(worker);
        } else {
            worker.listener().listNotified(worker, lists.get(0));
        }
    }

    /**
     * Asks for the tools again when our copy may be of yesterday; waits a moment for the answer, and longer when there is no
     * copy to do with.
     */
    void refreshTools() {
        if (toolsMayBeOld()) {
            Duration patience = worker.session().tools().isEmpty() ? LIST_LIMIT : ToolListFreshness.PATIENCE;
            if (!toolsFreshness.ask(toolsAgeMax(), patience, this::askForTools)) {
                LOG.debug("worker={} is slow to list its tools; the list of last time is given", worker.label());
            }
        }
    }

    /** Whether {@link #refreshTools} would ask. */
    boolean toolsMayBeOld() {
        return worker.alive() && toolsFreshness.isOlderThan(toolsAgeMax());
    }

    /** Asks for the tools again because one is wanted that is not in our copy, as often as is good for the worker. */
    void lookFor(String tool) {
        if (worker.alive() && worker.session().tool(tool).isEmpty() && toolsFreshness.mayLookFor(tool)) {
            toolsFreshness.ask(Duration.ZERO, ToolListFreshness.PATIENCE, this::askForTools);
        }
    }

    private Duration toolsAgeMax() {
        WorkerSession current = worker.session();
        if (current.tools().isEmpty()) {
            return ToolListFreshness.EMPTY_MAX;
        }
        return current.serverInfo().tellsOf(WorkerListKind.TOOLS)
                ? ToolListFreshness.TOLD_MAX
                : ToolListFreshness.SILENT_MAX;
    }

    /** Asks for the tools again now. */
    void askForTools() {
        if (hasChanged(worker.session(), WorkerListKind.TOOLS)) {
            worker.listener().listsChanged(worker);
        }
    }

    private boolean hasChanged(WorkerSession current, WorkerListKind list) {
        List<ObjectNode> before = current.list(list);
        try {
            return !current.listNow(list, new Stopwatch(ticker, LIST_LIMIT), WorkerCallContext.none())
                    .equals(before);
        } catch (WorkerCallException e) {
            LOG.warn("worker={} does not answer {}, the old list stays: {}", worker.shown(), list.method(), e.reason());
            return false;
        }
    }
}

package io.weathervane.worker.routing;

import io.weathervane.worker.WorkerListKind;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Lists that a worker says have changed: each is asked for once however often it says so meanwhile, one after the other. */
final class ListRefreshQueue {
    private final Executor background;
    private final Consumer<List<WorkerListKind>> ask;
    private final Set<List<WorkerListKind>> waiting = new LinkedHashSet<>();
    private boolean asking;

    /** @param ask gets the lists of one notification; may take its time */
    ListRefreshQueue(Executor background, Consumer<List<WorkerListKind>> ask) {
        this.background = background;
        this.ask = ask;
    }

    /** The worker says that these lists have changed; never waits for it. */
    void changed(List<WorkerListKind> lists) {
        synchronized (waiting) {
            waiting.add(lists);
            if (asking) {
                return;
            }
            asking = true;
        }
        try {
            background.execute(this::askForAll);
        } catch (RuntimeException | Error e) {
            stop();
            throw e;
        }
    }

    private void askForAll() {
        try {
            for (List<WorkerListKind> next = next(); !next.isEmpty(); next = next()) {
                ask.accept(next);
            }
        } catch (RuntimeException | Error e) {
            stop();
            throw e;
        }
    }

    private List<WorkerListKind> next() {
        synchronized (waiting) {
            Iterator<List<WorkerListKind>> first = waiting.iterator();
            asking = first.hasNext();
            if (!asking) {
                return List.of();
            }
            List<WorkerListKind> lists = first.next();
            first.remove();
            return lists;
        }
    }

    private void stop() {
        synchronized (waiting) {
            asking = false;
        }
    }
}

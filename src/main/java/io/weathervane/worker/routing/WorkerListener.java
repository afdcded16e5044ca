package io.weathervane.worker.routing;

import io.weathervane.worker.WorkerListKind;
import tools.jackson.databind.node.ObjectNode;

/** Hears what a worker says unasked; must be quick. */
interface WorkerListener {
    WorkerListener NONE = new WorkerListener() {
        @Override
        public void listsChanged(Worker worker) {}

        @Override
        public void listNotified(Worker worker, WorkerListKind list) {}

        @Override
        public void resourceUpdated(Worker worker, ObjectNode params) {}

        @Override
        public void notificationReceived(Worker worker, String method, ObjectNode params) {}

        @Override
        public void logged(Worker worker, ObjectNode params) {}

        @Override
        public void taskNotified(Worker worker, String method, String task, ObjectNode params) {}

        @Override
        public void tasksLost(Worker worker) {}

        @Override
        public boolean hasTasks(Worker worker) {
            return false;
        }
    };

    /** The worker announced changed lists, and they were asked for. */
    void listsChanged(Worker worker);

    /** The worker announced a change of this list, which is the same as before. */
    void listNotified(Worker worker, WorkerListKind list);

    /** The params of {@code notifications/resources/updated}. */
    void resourceUpdated(Worker worker, ObjectNode params);

    /** An extension of its said something in no call whose client could be meant. */
    void notificationReceived(Worker worker, String method, ObjectNode params);

    /** It logged something in no call whose client could be meant. */
    void logged(Worker worker, ObjectNode params);

    /** It said something about a task that it calls so. */
    void taskNotified(Worker worker, String method, String task, ObjectNode params);

    /** It tells of its tasks no longer, if it ever did. */
    void tasksLost(Worker worker);

    /** Whether it has tasks whose results are not fetched yet. */
    boolean hasTasks(Worker worker);
}

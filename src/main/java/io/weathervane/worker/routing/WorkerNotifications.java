package io.weathervane.worker.routing;

import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.worker.WorkerListKind;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/** Hands on what the workers say unasked: to listeners, and about tasks to those that asked for them. */
public final class WorkerNotifications implements WorkerListener {
    private final TaskTable tasks;
    private final Consumer<Worker> whenListsChanged;
    private final List<BiConsumer<Worker, WorkerListKind>> listListeners = new CopyOnWriteArrayList<>();
    private final List<BiConsumer<Worker, JsonRpcMessage.Notification>> notificationListeners =
            new CopyOnWriteArrayList<>();
    private final List<BiConsumer<Worker, ObjectNode>> updateListeners = new CopyOnWriteArrayList<>();
    private final List<BiConsumer<Worker, ObjectNode>> logListeners = new CopyOnWriteArrayList<>();

    public WorkerNotifications(TaskTable tasks, Consumer<Worker> whenListsChanged) {
        this.tasks = tasks;
        this.whenListsChanged = whenListsChanged;
    }

    /** Tells the listener of each announced change of a list that turns out to be the same. */
    void onListNotified(BiConsumer<Worker, WorkerListKind> listener) {
        listListeners.add(listener);
    }

    /** Tells the listener of each resource that a worker says has changed. */
    void onResourceUpdated(BiConsumer<Worker, ObjectNode> listener) {
        updateListeners.add(listener);
    }

    /** Has the listener told of each notification of a worker's extension that belongs to no call. */
    void onNotification(BiConsumer<Worker, JsonRpcMessage.Notification> listener) {
        notificationListeners.add(listener);
    }

    /** Has the listener told of each log message of a worker's that belongs to no call. */
    void onLogged(BiConsumer<Worker, ObjectNode> listener) {
        logListeners.add(listener);
    }

    @Override
    public void listsChanged(Worker worker) {
        whenListsChanged.accept(worker);
    }

    @Override
    public void listNotified(Worker worker, WorkerListKind list) {
        listListeners.forEach(listener -> listener.accept(worker, list));
    }

    @Override
    public void resourceUpdated(Worker worker, ObjectNode params) {
        updateListeners.forEach(listener -> listener.accept(worker, params));
    }

    @Override
    public void notificationReceived(Worker worker, String method, ObjectNode params) {
        JsonRpcMessage.Notification notification = new JsonRpcMessage.Notification(method, params);
        notificationListeners.forEach(listener -> listener.accept(worker, notification));
    }

    @Override
    public void logged(Worker worker, ObjectNode params) {
        logListeners.forEach(listener -> listener.accept(worker, params));
    }

    @Override
    public void taskNotified(Worker worker, String method, String task, ObjectNode params) {
        tasks.notified(worker, method, task, params);
    }

    @Override
    public void tasksLost(Worker worker) {
        tasks.lost(worker);
    }

    @Override
    public boolean hasTasks(Worker worker) {
        return tasks.isBusy(worker);
    }
}

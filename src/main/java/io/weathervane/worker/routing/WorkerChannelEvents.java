package io.weathervane.worker.routing;

import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.jsonrpc.ReservedMcpMethods;
import io.weathervane.worker.WorkerListKind;
import io.weathervane.worker.protocol.TaskIdLocator;
import io.weathervane.worker.protocol.TaskStatusSubscription;
import io.weathervane.worker.protocol.WorkerChannel;
import io.weathervane.worker.protocol.WorkerSession;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** Handles what one worker's channel hears beside answers that are waited for. */
final class WorkerChannelEvents implements WorkerChannel.Listener {
    private final Worker worker;

    WorkerChannelEvents(Worker worker) {
        this.worker = worker;
    }

    @Override
    public void notified(JsonRpcMessage.Notification notification) {
        if (notification.method().equals("notifications/resources/updated")) {
            worker.listener().resourceUpdated(worker, notification.params());
            return;
        }
        if (notification.method().equals("notifications/message")) {
            worker.listener().logged(worker, notification.params());
            return;
        }
        if (notification.method().equals("notifications/progress")) {
            progressed(notification.params());
            return;
        }
        if (notification.method().equals(WorkerChannel.ACKNOWLEDGED)) {
            taskStatusSubscription().ifPresent(watch -> watch.acknowledged(notification.params()));
            return;
        }
        if (notification.method().startsWith("notifications/tasks")) {
            TaskIdLocator.in(notification.params())
                    .ifPresent(task ->
                            worker.listener().taskNotified(worker, notification.method(), task, notification.params()));
            return;
        }
        List<WorkerListKind> others = Stream.of(WorkerListKind.values())
                .filter(list -> list.changed().equals(notification.method()))
                .toList();
        if (!others.isEmpty()) {
            worker.lists().changed(others);
        } else if (!ReservedMcpMethods.contains(notification.method())
                && worker.readySession().isPresent()
                && announcesExtensions()) {
            worker.listener().notificationReceived(worker, notification.method(), notification.params());
        }
    }

    @Override
    public void answeredUnawaited(long request) {
        if (taskStatusSubscription().filter(watch -> watch.answered(request)).isPresent()) {
            worker.listener().tasksLost(worker);
        }
    }

    @Override
    public void ended() {
        worker.killSoon();
        taskStatusSubscription().ifPresent(TaskStatusSubscription::ended);
        worker.listener().tasksLost(worker);
    }

    @Override
    public void mayHaveMissed() {
        worker.lists().changed(List.of(WorkerListKind.values()));
    }

    @Override
    public void toolsAreOld() {
        worker.readySession().ifPresent(ready -> worker.lists().askForTools());
    }

    @Override
    public void renewed() {
        worker.readySession()
                .flatMap(WorkerSession::notifications)
                .ifPresent(notifications -> notifications.renew(WorkerListRefresher.LIST_LIMIT));
        mayHaveMissed();
    }

    @Override
    public Optional<ObjectNode> tool(String name) {
        return worker.readySession().flatMap(current -> current.tool(name));
    }

    private Optional<TaskStatusSubscription> taskStatusSubscription() {
        return worker.readySession().flatMap(WorkerSession::taskStatusSubscription);
    }

    /** With the answer to its {@code subscriptions/listen} a worker ends it. */
    private boolean announcesExtensions() {
        return worker.session().serverInfo().announcesExtensions();
    }

    /** Of no call that waits: of one that goes on as a task. */
    private void progressed(ObjectNode params) {
        worker.channel()
                .taskOf(params.path("progressToken"))
                .ifPresent(task -> worker.listener().taskNotified(worker, "notifications/progress", task, params));
    }
}

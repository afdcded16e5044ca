package io.weathervane.worker.routing;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.worker.Role;
import io.weathervane.worker.WorkerAnswer;
import io.weathervane.worker.WorkerCallContext;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerTaskService;
import io.weathervane.worker.WorkerTaskSubscription;
import io.weathervane.worker.protocol.TaskIdLocator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Brings what is asked about a task to the worker that has it. */
public final class TaskRouter implements WorkerTaskService {
    private static final Logger LOG = LoggerFactory.getLogger("TaskRouter");

    private static final String LIST = "tasks/list";

    /** Most pages that are asked for of one worker's list. */
    private static final int PAGES_MAX = 50;

    /** Most tasks that workers are asked to cancel at the same time. */
    private static final int CANCELLED_AT_ONCE_MAX = 4;

    private static final Role[] CALLABLE = {Role.ACTIVE, Role.CANARY, Role.PREVIOUS};

    private final RoleAssignments roles;
    private final TaskTable table;
    private final CallsAwaitingInput callsAwaitingInput;
    private final BackgroundExecutor background;

    public TaskRouter(
            RoleAssignments roles,
            TaskTable table,
            CallsAwaitingInput callsAwaitingInput,
            BackgroundExecutor background) {
        this.background = background;
        this.roles = roles;
        this.table = table;
        this.callsAwaitingInput = callsAwaitingInput;
    }

    @Override
    public boolean areOffered() {
        return active().filter(TaskRouter::hasTasks).isPresent() || !table.isEmpty();
    }

    static boolean hasTasks(Worker worker) {
        return worker.session().serverInfo().has("tasks");
    }

    @Override
    public WorkerTaskSubscription follow(
            Set<String> ids, WorkerCallContext callContext, BiConsumer<String, ObjectNode> listener, Runnable lost) {
        List<TaskTable.Entry> entries = ids.stream()
                .flatMap(id -> table.find(callContext.owner(), id).stream())
                .toList();
        return ClientTaskSubscription.of(entries, table, new ClientTaskListener(listener, lost));
    }

    @Override
    public Optional<WorkerAnswer> request(String method, ObjectNode params, WorkerCallContext callContext) {
        String id = TaskIdLocator.of(params);
        Optional<TaskTable.Entry> known = table.find(callContext.owner(), id);
        return known.isPresent()
                ? Optional.of(ask(known.get(), method, params, callContext))
                : keeper(id, callContext).map(worker -> send(worker, method, params, callContext));
    }

    /** A worker may have kept a task from before this server's time; then it is one of the server's own user. */
    private Optional<Worker> keeper(String id, WorkerCallContext callContext) {
        return callContext.seesUnknownTasks()
                ? active().filter(TaskRouter::hasTasks)
                        .filter(worker -> table.findHeld(worker, id).isEmpty())
                : Optional.empty();
    }

    private WorkerAnswer ask(TaskTable.Entry entry, String method, ObjectNode params, WorkerCallContext callContext) {
        table.asked(entry, callContext);
        Worker worker = entry.worker().alive() ? entry.worker() : heir(entry);
        ObjectNode named = TaskIdLocator.renamed(params, entry.shownId(), entry.id());
        try {
            WorkerAnswer answer = send(worker, method, named, callContext);
            table.answered(entry, method, answer.result());
            return new WorkerAnswer(
                    TaskIdLocator.renamed(answer.result(), entry.id(), entry.shownId()), answer.label());
        } catch (WorkerCallException e) {
            boolean gone = e.kind() == WorkerCallException.Kind.LOST || e.kind() == WorkerCallException.Kind.NOT_SENT;
            throw gone || worker != entry.worker() ? lost(entry) : e;
        }
    }

    /** Another process of the same release, which may have kept the task somewhere. */
    private Worker heir(TaskTable.Entry entry) {
        return callable()
                .filter(worker -> worker.label().equals(entry.worker().label()) && worker.alive())
                .findFirst()
                .orElseThrow(() -> lost(entry));
    }

    private static WorkerCallException lost(TaskTable.Entry entry) {
        return new WorkerCallException(
                WorkerCallException.Kind.RPC_ERROR,
                ErrorCode.INTERNAL_ERROR.code(),
                "The task " + entry.shownId() + " was lost: the process of worker "
                        + entry.worker().label() + " that had it has ended. Make the call again.",
                /* data= */ null);
    }

    /** Also to a worker that takes no new calls any more: it is not ended before its tasks are, within limits. */
    private WorkerAnswer send(Worker worker, String method, ObjectNode params, WorkerCallContext callContext) {
        worker.leases().takeAnother();
        try {
            return new WorkerAnswer(
                    callsAwaitingInput.orAwaitInput(worker, one -> one.request(method, params, callContext)),
                    worker.label());
        } finally {
            worker.leases().giveBack();
        }
    }

    @Override
    public void giveUp(String id, WorkerCallContext callContext) {
        table.find(callContext.owner(), id)
                .filter(entry -> entry.worker().alive())
                .ifPresent(entry -> background.run(() -> cancel(entry)));
    }

    @Override
    public int cancelAll(Predicate<String> tools) {
        Queue<TaskTable.Entry> left = new ConcurrentLinkedQueue<>(table.open(tools));
        left.removeIf(entry -> !entry.worker().alive());
        int count = left.size();
        // On a thread of its own from the first on: where there are no virtual threads, a full executor has its caller
        // do it.
        background.run(() -> {
            for (int beside = 1; beside < Math.min(count, CANCELLED_AT_ONCE_MAX); beside++) {
                background.run(() -> cancelEach(left));
            }
            cancelEach(left);
        });
        return count;
    }

    private void cancelEach(Queue<TaskTable.Entry> left) {
        for (TaskTable.Entry next = left.poll(); next != null; next = left.poll()) {
            cancel(next);
        }
    }

    private void cancel(TaskTable.Entry entry) {
        ObjectNode params = JsonNodeFactory.instance.objectNode().put("taskId", entry.id());
        try {
            ObjectNode answer = send(entry.worker(), "tasks/cancel", params, WorkerCallContext.none())
                    .result();
            table.answered(entry, "tasks/cancel", answer);
        } catch (WorkerCallException e) {
            LOG.info(
                    "worker={} did not cancel a task that is no longer needed: {}",
                    entry.worker().label(),
                    e.reason());
        }
    }

    @Override
    public ObjectNode list(WorkerCallContext callContext) {
        Set<Worker> asked = new LinkedHashSet<>();
        active().filter(TaskRouter::hasTasks).ifPresent(asked::add);
        table.of(callContext.owner()).stream()
                .map(TaskTable.Entry::worker)
                .filter(Worker::alive)
                .forEach(asked::add);
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        ArrayNode tasks = result.putArray("tasks");
        for (Worker worker : asked) {
            addTasks(worker, callContext, tasks);
        }
        return result;
    }

    private void addTasks(Worker worker, WorkerCallContext callContext, ArrayNode tasks) {
        ObjectNode params = JsonNodeFactory.instance.objectNode();
        for (int page = 0; page < PAGES_MAX; page++) {
            ObjectNode answer = send(worker, LIST, params, callContext).result();
            for (JsonNode task : answer.path("tasks")) {
                if (task instanceof ObjectNode object) {
                    shown(worker, object, callContext).ifPresent(tasks::add);
                }
            }
            JsonNode cursor = answer.path("nextCursor");
            if (!cursor.isString() || cursor.equals(params.path("cursor"))) {
                return;
            }
            params.set("cursor", cursor);
        }
    }

    private Optional<ObjectNode> shown(Worker worker, ObjectNode task, WorkerCallContext callContext) {
        Optional<TaskTable.Entry> entry = table.findHeld(worker, TaskIdLocator.of(task));
        if (entry.isEmpty()) {
            return callContext.seesUnknownTasks() ? Optional.of(task) : Optional.empty();
        }
        return entry.filter(known -> table.isOf(known, callContext.owner()))
                .map(known -> TaskIdLocator.renamed(task, known.id(), known.shownId()));
    }

    private Stream<Worker> callable() {
        RoleAssignment assignment = roles.now();
        return Stream.of(CALLABLE).flatMap(role -> assignment.worker(role).stream());
    }

    private Optional<Worker> active() {
        return roles.now().worker(Role.ACTIVE).filter(Worker::alive);
    }
}

package io.weathervane.mcp;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.store.StoreException;
import io.weathervane.task.Task;
import io.weathervane.task.TaskRepository;
import io.weathervane.task.TaskStatus;
import io.weathervane.tool.Caller;
import io.weathervane.tool.RequestedTool;
import io.weathervane.util.Threads;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tool calls that go on after their answer, and {@code tasks/*} to ask for them (MCP extension SEP-2663). The
 * server decides which calls these are, and makes a task only for a client that declared the extension with the
 * request.
 */
final class TaskMethods implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(TaskMethods.class);

    /** Most tasks that work at a time; a further call runs within its request. */
    private static final int WORKING_MAX = 16;

    /** How often a client should ask for a task. */
    private static final Duration POLL_INTERVAL = Duration.ofMillis(500);

    private final TaskRepository tasks;
    private final ResultFormatter formatter;
    private final UpstreamTasks upstream;
    private final Clock clock = Clock.systemUTC();
    private final ConcurrentHashMap<String, RunningTaskChannel> working = new ConcurrentHashMap<>();
    private final TaskStatusListeners listeners = new TaskStatusListeners();
    private final Semaphore slots = new Semaphore(WORKING_MAX);
    private final ExecutorService threads = Threads.newPerTask("task", WORKING_MAX + 1);

    /** @param upstream asked for a task that is none of ours */
    TaskMethods(TaskRepository tasks, ResultFormatter formatter, UpstreamTasks upstream) {
        this.upstream = upstream;
        this.tasks = tasks;
        this.formatter = formatter;
    }

    /** Whether the call is to become a task. Takes a slot when it is: {@link #begin} gives it back. */
    boolean takes(RunningCall call, RequestedTool tool) {
        return isDeclared(call.request())
                && tool.runsAsTask(call.responseChannel().caller())
                && slots.tryAcquire();
    }

    /** Runs the tool as a task, which is on disk before this returns. */
    JsonNode begin(RunningCall call, RequestedTool tool) {
        Caller caller = call.responseChannel().caller();
        Task task = create(caller, tool.name());
        RunningTaskChannel channel =
                new RunningTaskChannel(call.meta(), call.callerKey(), clock, () -> listeners.changed(task.id()));
        working.put(task.id(), channel);
        threads.execute(() -> run(task, tool, caller, channel));
        return formatter
                .plain(ProtocolGeneration.MODERN, envelope(task, task.message(), task.updatedAt()))
                .put("resultType", "task");
    }

    private Task create(Caller caller, String tool) {
        try {
            return tasks.create(ownerOf(caller), tool);
        } catch (StoreException e) {
            slots.release();
            throw e;
        }
    }

    JsonNode get(RunningCall call) {
        Optional<Task> own = find(call);
        return own.isPresent() ? formatter.plain(ProtocolGeneration.MODERN, state(own.get())) : theirs(call);
    }

    /** How a task is, when it is one of ours and the caller's. */
    Optional<ObjectNode> state(Caller caller, String id) {
        return tasks.find(ownerOf(caller), id).map(this::state);
    }

    static boolean isWorking(ObjectNode task) {
        return task.path("status").asString("").equals(TaskStatus.WORKING.wireName());
    }

    /** Told of each task of ours that is in another state than before. */
    TaskStatusListeners followers() {
        return listeners;
    }

    private ObjectNode state(Task task) {
        RunningTaskChannel channel = working.get(task.id());
        if (task.status() == TaskStatus.WORKING && channel != null) {
            RunningTaskChannel.Progress progress = channel.progress();
            return envelope(task, progress.message(), progress.at());
        }
        ObjectNode json = envelope(task, task.message(), task.updatedAt());
        task.outcome()
                .ifPresent(text -> json.set(
                        task.status() == TaskStatus.FAILED ? "error" : "result", JsonRpcCodec.JSON.readTree(text)));
        return json;
    }

    /** No task of ours asks for anything, so there is nothing to take in. */
    JsonNode update(RunningCall call) {
        return find(call).isPresent()
                ? formatter.plain(ProtocolGeneration.MODERN, JsonRpcCodec.JSON.createObjectNode())
                : theirs(call);
    }

    /** A task that has ended stays as it is; that is no error. */
    JsonNode cancel(RunningCall call) {
        Optional<Task> own = find(call);
        if (own.isEmpty()) {
            return theirs(call);
        }
        Task task = own.get();
        end(task, TaskStatus.CANCELLED, "cancelled by its owner", null);
        RunningTaskChannel channel = working.get(task.id());
        if (channel != null) {
            channel.cancel();
        }
        return formatter.plain(ProtocolGeneration.MODERN, JsonRpcCodec.JSON.createObjectNode());
    }

    @Override
    public void close() {
        working.values().forEach(RunningTaskChannel::cancel);
        threads.shutdown();
    }

    private void run(Task task, RequestedTool tool, Caller caller, RunningTaskChannel channel) {
        try {
            ObjectNode result = tool.call(caller, channel).json();
            end(task, TaskStatus.COMPLETED, "", JsonRpcCodec.text(result));
        } catch (StoreException e) {
            log.error("The outcome of a task could not be kept tool={}", task.tool(), e);
        } catch (RuntimeException e) {
            failed(task, e);
        } finally {
            working.remove(task.id());
            slots.release();
        }
    }

    private void failed(Task task, RuntimeException thrown) {
        JsonRpcMessage.Failure failure = ErrorMapper.failure(thrown);
        ObjectNode error = JsonRpcCodec.JSON.createObjectNode();
        error.put("code", failure.code()).put("message", failure.message());
        try {
            end(task, TaskStatus.FAILED, "", JsonRpcCodec.text(error));
        } catch (StoreException e) {
            log.error("The failure of a task could not be kept tool={}", task.tool(), e);
        }
    }

    private void end(Task task, TaskStatus status, String message, @Nullable String outcome) {
        if (tasks.end(task.id(), status, message, outcome)) {
            listeners.changed(task.id());
        }
    }

    private JsonNode theirs(RunningCall call) {
        return upstream.request(call.request().method(), call.request().ownParams(), call)
                .map(result -> formatter.plain(ProtocolGeneration.MODERN, result))
                .orElseThrow(
                        () -> RequestParams.invalid("there is no task of yours with this taskId; a task is kept for "
                                + TaskRepository.KEPT.toMinutes() + " minutes. Make the call again for a new one"));
    }

    /** The task that the request names, if it is one of ours and the caller's. */
    private Optional<Task> find(RunningCall call) {
        refuseUnlessDeclared(call.request());
        String id = RequestParams.string(call.request(), "taskId");
        return tasks.find(ownerOf(call.responseChannel().caller()), id);
    }

    static void refuseUnlessDeclared(McpRequest request) {
        if (!isDeclared(request)) {
            ObjectNode data = JsonRpcCodec.JSON.createObjectNode();
            data.putObject("requiredCapabilities").putObject("extensions").putObject(McpRequest.TASKS_EXTENSION);
            throw new JsonRpcException(
                    ErrorCode.MISSING_CAPABILITY.code(),
                    request.method() + " needs the client extension " + McpRequest.TASKS_EXTENSION,
                    data);
        }
    }

    private static boolean isDeclared(McpRequest request) {
        return request.isModern()
                && request.meta()
                        .path(McpRequest.META_CAPABILITIES)
                        .path("extensions")
                        .has(McpRequest.TASKS_EXTENSION);
    }

    private static String ownerOf(Caller caller) {
        return caller.transport() + "/" + caller.name();
    }

    private static ObjectNode envelope(Task task, String message, Instant updatedAt) {
        ObjectNode json = JsonRpcCodec.JSON.createObjectNode();
        json.put("taskId", task.id()).put("status", task.status().wireName());
        if (!message.isEmpty()) {
            json.put("statusMessage", message);
        }
        json.put("createdAt", task.createdAt().toString()).put("lastUpdatedAt", updatedAt.toString());
        return json.put("ttlMs", TaskRepository.KEPT.toMillis()).put("pollIntervalMs", POLL_INTERVAL.toMillis());
    }
}

package io.weathervane.worker.routing;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.util.ProcessTree;
import io.weathervane.worker.SampleReleases;
import io.weathervane.worker.TestWorkers;
import io.weathervane.worker.WorkerCallContext;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerListKind;
import io.weathervane.worker.WorkerProtocol;
import io.weathervane.worker.WorkerRelease;
import io.weathervane.worker.WorkerServerInfo;
import io.weathervane.worker.process.WorkerProcess;
import io.weathervane.worker.protocol.WorkerSession;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/** A worker of production without a process of its own: a test says what each call comes to. */
final class InMemoryWorker implements AutoCloseable {
    private final InMemoryProcess process = new InMemoryProcess();
    private final List<ObjectNode> tools = new ArrayList<>();
    private final Deque<Supplier<ObjectNode>> answers = new ArrayDeque<>();
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final ObjectNode capabilities = JsonRpcCodec.JSON.createObjectNode();
    private final Worker worker;

    /** Its one tool, {@code echo}, only reads; whatever is asked of it is answered with its label. */
    InMemoryWorker(String label) {
        WorkerRelease release = WorkerRelease.of(label, WorkerProtocol.MCP, List.of("none"));
        WorkerDependencies dependencies = TestWorkers.dependencies(TestWorkers.OPTIONS);
        ProcessTree tree = new ProcessTree(process, TestWorkers.mark(), dependencies.ticker());
        worker = Worker.of(
                release, WorkerProcess.of(label, process, tree, dependencies.ticker()), new Session(), dependencies);
        tools(SampleReleases.ECHO_TOOL);
    }

    Worker worker() {
        return worker;
    }

    /** What it was called for. */
    List<String> calls() {
        return List.copyOf(calls);
    }

    /** Its tools are these and no others. */
    InMemoryWorker tools(String... definitions) {
        tools.clear();
        for (String definition : definitions) {
            tools.add((ObjectNode) JsonRpcCodec.JSON.readTree(definition));
        }
        return this;
    }

    InMemoryWorker withTasks() {
        capabilities.putObject("tasks");
        return this;
    }

    /** What the next call that has no answer yet comes to. */
    InMemoryWorker next(Supplier<ObjectNode> answer) {
        answers.add(answer);
        return this;
    }

    InMemoryWorker nextFails(WorkerCallException.Kind kind) {
        return next(() -> {
            throw new WorkerCallException(kind, label() + " failed");
        });
    }

    /** The process ends before the next call is answered, after this was done. */
    InMemoryWorker nextIsLost(Runnable before) {
        return next(() -> {
            before.run();
            close();
            throw new WorkerCallException(WorkerCallException.Kind.LOST, label() + " ended");
        });
    }

    String label() {
        return worker.label();
    }

    /** Calls in flight. */
    int inUse() {
        return worker.leases().inUse();
    }

    @Override
    public void close() {
        process.close();
    }

    private final class Session implements WorkerSession {
        @Override
        public String protocol() {
            return "mcp 2025-11-25";
        }

        @Override
        public WorkerServerInfo serverInfo() {
            return new WorkerServerInfo(capabilities, Optional.empty(), Optional.empty());
        }

        @Override
        public List<ObjectNode> list(WorkerListKind list) {
            return list == WorkerListKind.TOOLS ? List.copyOf(tools) : List.of();
        }

        @Override
        public ObjectNode call(String tool, ObjectNode arguments, Duration timeout, WorkerCallContext callContext) {
            return answer(tool);
        }

        @Override
        public ObjectNode request(String method, ObjectNode params, Duration timeout, WorkerCallContext callContext) {
            return answer(method);
        }

        @Override
        public Optional<String> problem(String method, Duration timeout) {
            return Optional.empty();
        }

        private ObjectNode answer(String what) {
            calls.add(what);
            Supplier<ObjectNode> scripted = answers.poll();
            return scripted == null ? SampleReleases.text(label()) : scripted.get();
        }
    }

    /** A tool's definition with these hints set. */
    static String tool(String name, String... hints) {
        ObjectNode tool = JsonRpcCodec.JSON.createObjectNode().put("name", name);
        ObjectNode annotations = tool.putObject("annotations");
        for (String hint : hints) {
            annotations.put(hint, true);
        }
        return tool.toString();
    }
}

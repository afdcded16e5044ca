package io.weathervane.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.ToolBench;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.testing.Await;
import io.weathervane.tool.CallScope;
import io.weathervane.tool.Caller;
import io.weathervane.tool.ToolResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A server's own tools on a real active worker, short watches, and callers whose calls never stop. */
final class UpgradeBench implements AutoCloseable {
    private static final int CALLERS = 20;
    private static final String YAML = """
            monitor: {checkInterval: 100ms, gracePeriod: 1500ms, minRequests: 5}
            upgrade:
              probes: [{tool: get_forecast, arguments: {city: Oslo}}]
              volatile: [worker]
              callTimeout: 2s
            workers:
              initial: stable
              drainTimeout: 500ms
              stopTimeout: 1s
              releases:
                stable: {kind: mcp, command: [%1$s, --label, stable]%2$s}
                good: {kind: mcp, command: [%1$s, --label, good]}
            """;

    private final ToolBench bench;
    private final Path folder;
    private final Thread traffic;
    private volatile boolean calling;
    private volatile boolean closed;

    UpgradeBench(Path folder) {
        this(folder, Map.of(), "");
    }

    /** @param more keys of the active release, such as {@code , callTimeout: 1s} */
    UpgradeBench(Path folder, Map<String, String> environment, String more) {
        this.folder = folder;
        writeScript(folder);
        this.bench = ToolBench.start(folder, YAML.formatted(String.join(", ", worker()), more), environment);
        this.traffic = new Thread(this::call, "traffic");
        traffic.setDaemon(true);
        traffic.start();
    }

    /** The command line of a sample worker, in words for YAML and a shell. */
    private static List<String> worker() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-cp",
                '"' + System.getProperty("java.class.path") + '"',
                "io.weathervane.sample.SampleWorker");
    }

    /** A program as short as one that a person would type. */
    private static void writeScript(Path folder) {
        try {
            Files.writeString(folder.resolve("worker.sh"), "exec " + String.join(" ", worker()) + " \"$@\"\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The command of a canary with these switches. */
    static String sample(String switches) {
        return "sh worker.sh --label canary " + switches;
    }

    ToolBench tools() {
        return bench;
    }

    /** From here on callers keep calling. */
    UpgradeBench withTraffic() {
        calling = true;
        return this;
    }

    UpgradeBench withoutTraffic() {
        calling = false;
        return this;
    }

    private void call() {
        for (int i = 0; !closed; i++) {
            if (!calling) {
                LockSupport.parkNanos(10_000_000);
                continue;
            }
            Caller caller = new Caller("caller-" + i % CALLERS, Caller.Door.HTTP);
            try {
                ObjectNode arguments = JsonRpcCodec.JSON.createObjectNode().put("text", "hello");
                bench.call("echo", arguments, caller, new From(caller.name()));
            } catch (JsonRpcException | AssertionError e) {
                assertThat(e).isNotNull();
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** A call of this caller, whom a share of the callers may be hashed by. */
    private record From(String callerKey) implements CallScope {
        @Override
        public void progress(double progress, double total, String message) {}

        @Override
        public boolean cancelled() {
            return false;
        }

        @Override
        public void onCancel(Runnable action) {}

        @Override
        public ObjectNode meta() {
            return JsonRpcCodec.JSON.createObjectNode();
        }
    }

    /** Begins an upgrade and returns when it has ended or waits. */
    ObjectNode run(String canary, String more) {
        return run(arguments(canary, more));
    }

    ObjectNode run(ObjectNode arguments) {
        return status(began(arguments));
    }

    /** After a test that failed half way, for the sake of the next. */
    void abortWhatIsLeft() {
        bench.call("upgrade_abort", "{}");
    }

    /** Begins an upgrade and returns at once with its id. */
    String begin(String canary, String more) {
        ObjectNode arguments = arguments(canary, more).put("wait", false);
        return began(arguments);
    }

    private String began(ObjectNode arguments) {
        ToolResult result = bench.call("upgrade_run", arguments, CallScope.none());
        assertThat(result.isError()).as(ToolBench.text(result)).isFalse();
        return result.structured().orElseThrow().path("id").asString("");
    }

    static ObjectNode arguments(String canary, String more) {
        ObjectNode arguments = ToolBench.json(more.replace('\'', '"'));
        arguments.put("canary", canary).put("confirm", true);
        return arguments;
    }

    ObjectNode status(String id) {
        return bench.done("upgrade_status", "{'id': '" + id + "'}");
    }

    /** Waits until the upgrade is in this step, or past it. */
    void awaitStep(String id, String step) {
        Await.until(id + " is at " + step + ", not " + status(id), () -> step(id).equals(step) || hasEnded(id));
        assertThat(status(id).path("step").asString(""))
                .as(status(id).toPrettyString())
                .isEqualTo(step);
    }

    void awaitDoing(String id, String words) {
        awaitUntil(
                id + " does: " + words,
                () -> status(id).path("doing").asString("").contains(words));
    }

    ObjectNode awaitEnd(String id) {
        awaitUntil(id + " has ended", () -> hasEnded(id));
        return status(id);
    }

    void awaitUntil(String what, Callable<Boolean> condition) {
        Await.until(what, condition);
    }

    String step(String id) {
        return status(id).path("step").asString("");
    }

    private boolean hasEnded(String id) {
        return !Set.of("running", "waiting").contains(status(id).path("status").asString(""));
    }

    /** The worker in this role; missing when there is none. */
    JsonNode worker(String role) {
        return bench.done("worker_status", "{}").path(role);
    }

    String label(String role) {
        return worker(role).path("label").asString("none");
    }

    Path file(String id, String name) {
        return folder.resolve("experiments/mcp/upgrade").resolve(id).resolve(name);
    }

    JsonNode record(String id, String name) throws IOException {
        return JsonRpcCodec.JSON.readTree(Files.readAllBytes(file(id, name)));
    }

    /** Nothing of it is left: no canary, no share, no lock, no staging folder; the active worker is the old one. */
    void assertNothingLeft(String id) {
        assertThat(label("canary")).isEqualTo("none");
        assertThat(label("active")).isEqualTo("stable");
        assertThat(folder.resolve("state/upgrade.lock")).doesNotExist();
        assertThat(file(id, "staging")).doesNotExist();
    }

    @Override
    public void close() {
        closed = true;
        bench.close();
    }
}

package io.weathervane.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.app.TestServer;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.testing.Await;
import io.weathervane.testing.EchoWorker;
import io.weathervane.testing.SampleCommand;
import io.weathervane.testing.ShellWorker;
import io.weathervane.tool.CallChannel;
import io.weathervane.tool.Caller;
import io.weathervane.tool.ToolResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A server's own tools on a real active worker, watches, and callers whose calls never stop; for all tests of a class,
 * in a folder of its own. After each test everything is as it was before it.
 */
final class TestUpgrades implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
    private static final int CALLERS = 20;
    private static final String MOMENTS = """
        monitor: {checkInterval: 100ms, gracePeriod: 1500ms, minRequests: 5}
        upgrade:
          probes: [{tool: get_forecast, arguments: {city: Oslo}}]
          ignoreFields: [worker]
          callTimeout: %2$s
        workers:
          initial: stable
          drainTimeout: 500ms
          stopTimeout: 1s
          releases:
            stable: {kind: mcp, command: [%1$s, --label, stable]}
            good: {kind: mcp, command: [%1$s, --label, good]}
        """;
    private static final String SHELLS = """
        monitor: {checkInterval: 100ms, gracePeriod: 10m, minRequests: 5}
        upgrade:
          probes: [{tool: look, arguments: {}}]
        workers:
          initial: stable
          startTimeout: 10m
          drainTimeout: 500ms
          stopTimeout: 1s
          releases:
            stable: {kind: mcp, command: [sh, worker.sh, well], probe: {timeout: 1m}}
        """;

    private final String yaml;
    private final Clock clock;
    private Path folder = Path.of("");
    private @Nullable TestServer upgrades;
    private volatile boolean calling;
    private volatile boolean closed;

    private TestUpgrades(String yaml, Clock clock) {
        this.yaml = yaml;
        this.clock = clock;
    }

    /** Sample workers, which can be told to misbehave, and watches of a moment. */
    static TestUpgrades ofSamples() {
        return ofMoments(SampleCommand.of(), "2s");
    }

    /** Sample workers whose answers in the shadow may take long. */
    static TestUpgrades ofSlowSamples() {
        return ofMoments(SampleCommand.of(), "1m");
    }

    /** Workers that behave, and watches of a moment. */
    static TestUpgrades ofEchoes() {
        return ofMoments(EchoWorker.command(), "2s");
    }

    private static TestUpgrades ofMoments(List<String> worker, String callTimeout) {
        return new TestUpgrades(MOMENTS.formatted(String.join(", ", worker), callTimeout), Clock.systemUTC());
    }

    /** {@link ShellWorker}s, which may take ten minutes to start, and watches of ten minutes. */
    static TestUpgrades ofShells(Clock clock) {
        return new TestUpgrades(SHELLS, clock);
    }

    /** The same in a server that the test starts and ends itself. */
    static TestServer shells(Path folder) throws IOException {
        ShellWorker.write(folder);
        return TestServer.start(folder, SHELLS);
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        folder = Files.createTempDirectory("upgrades");
        writeScript(folder);
        ShellWorker.write(folder);
        upgrades = TestServer.start(folder, yaml, Map.of(), clock);
        Thread traffic = new Thread(this::call, "traffic");
        traffic.setDaemon(true);
        traffic.start();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        withoutTraffic();
        tools().call("upgrade_abort", "{}");
        JsonNode flag = tools().done("mcp_admin_flags", "{'action': 'get', 'flag': 'DISABLE_NEW'}");
        if (flag.path("killSwitch").path("engaged").asBoolean()) {
            resetKillSwitch();
        }
        if (!label("active").equals("stable")) {
            tools().done("worker_rollback", "{}");
        }
        awaitUntil(
                "the active worker runs again",
                () -> worker("active").path("state").asString("").equals("ready"));
    }

    void resetKillSwitch() {
        tools().done(
                        "kill_switch_reset",
                        "{'reason': 'over', 'approver': 'dana', 'fix_reference': 'X-1', 'force': true}");
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        closed = true;
        tools().close();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(one);
            }
        }
    }

    Path folder() {
        return folder;
    }

    /** A program as short as one that a person would type. */
    private static void writeScript(Path folder) throws IOException {
        Files.writeString(folder.resolve("sample.sh"), "exec " + String.join(" ", SampleCommand.of()) + " \"$@\"\n");
    }

    /** The command of a canary with these switches. */
    static String sample(String switches) {
        return "sh sample.sh --label canary " + switches;
    }

    /** The command of a canary that behaves. */
    static String echo() {
        return String.join(" ", EchoWorker.command("--label", "canary"));
    }

    TestServer tools() {
        return Objects.requireNonNull(upgrades, "begins before all tests");
    }

    /** From here on callers keep calling. */
    TestUpgrades withTraffic() {
        calling = true;
        return this;
    }

    TestUpgrades withoutTraffic() {
        calling = false;
        return this;
    }

    private void call() {
        for (int i = 0; !closed; i++) {
            if (!calling) {
                LockSupport.parkNanos(10_000_000);
                continue;
            }
            Caller caller = new Caller("caller-" + i % CALLERS, Caller.Transport.HTTP);
            try {
                ObjectNode arguments = JsonRpcCodec.JSON.createObjectNode().put("text", "hello");
                tools().call("echo", arguments, caller, new From(caller.name()));
            } catch (JsonRpcException | AssertionError e) {
                assertThat(e).isNotNull();
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** A call of this caller, by which a canary weight selects. */
    private record From(String callerKey) implements CallChannel {}

    /** Begins an upgrade and returns when it has ended or waits. */
    ObjectNode run(String canary, String more) {
        return run(arguments(canary, more));
    }

    ObjectNode run(ObjectNode arguments) {
        return status(began(arguments));
    }

    /** Begins an upgrade and returns at once with its id. */
    String begin(String canary, String more) {
        ObjectNode arguments = arguments(canary, more).put("wait", false);
        return began(arguments);
    }

    private String began(ObjectNode arguments) {
        ToolResult result = tools().call("upgrade_run", arguments, CallChannel.none());
        assertThat(result.isError()).as(TestServer.text(result)).isFalse();
        return result.structured().orElseThrow().path("id").asString("");
    }

    static ObjectNode arguments(String canary, String more) {
        ObjectNode arguments = TestServer.json(more.replace('\'', '"'));
        arguments.put("canary", canary).put("confirm", true);
        return arguments;
    }

    ObjectNode status(String id) {
        return tools().done("upgrade_status", "{'id': '" + id + "'}");
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
                () -> status(id).path("activity").asString("").contains(words));
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

    boolean hasEnded(String id) {
        return !Set.of("running", "waiting").contains(status(id).path("status").asString(""));
    }

    /** The worker in this role; missing when there is none. */
    JsonNode worker(String role) {
        return tools().done("worker_status", "{}").path(role);
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

    /** Why the canary did not answer in its shadow, as the rule for that says. */
    String firstFailure(String id) throws IOException {
        String rule = "the canary did not answer 3 of 3 calls that the active worker answered: ";
        return record(id, "shadow.json")
                .path("reasons")
                .valueStream()
                .map(JsonNode::asString)
                .filter(reason -> reason.startsWith(rule))
                .map(reason -> reason.substring(rule.length()))
                .findFirst()
                .orElse("the rule has nothing to say");
    }

    /** Nothing of it is left: no canary, no share, no lock, no staging folder; the active worker is the old one. */
    void assertNothingLeft(String id) {
        assertThat(label("canary")).isEqualTo("none");
        assertThat(label("active")).isEqualTo("stable");
        assertThat(folder.resolve("state/upgrade.lock")).doesNotExist();
        assertThat(file(id, "staging")).doesNotExist();
    }
}

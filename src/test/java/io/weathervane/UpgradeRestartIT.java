package io.weathervane;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.testing.Await;
import io.weathervane.testing.ServerProcess;
import io.weathervane.testing.ShellWorker;
import io.weathervane.transport.socket.SocketClient;
import io.weathervane.upgrade.UpgradeStepKind;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The server is killed in the middle of each step of an upgrade: the next one gives it up, or takes its watch up, says
 * which, and leaves nothing of it. Each server is killed in one step and started again for the next.
 */
@Tag("slow")
@Tag("essential")
class UpgradeRestartIT {
    private static final String CONFIG = """
        monitor: {checkInterval: 100ms, gracePeriod: 10m, minRequests: 5}
        upgrade:
          probes: [{tool: look, arguments: {}}]
        workers:
          initial: stable
          releases:
            stable: {kind: mcp, command: [sh, worker.sh, well]}
        """;

    @TempDir
    private Path workspace;

    private ServerProcess server;

    @BeforeEach
    void start() throws Exception {
        Files.writeString(workspace.resolve("weathervane.yaml"), CONFIG);
        ShellWorker.write(workspace);
        Files.writeString(workspace.resolve("block.sh"), ShellWorker.BLOCK);
        Path git = Files.createDirectory(workspace.resolve("bin")).resolve("git");
        Files.writeString(git, "#!/bin/sh\n" + ShellWorker.BLOCK);
        assertThat(git.toFile().setExecutable(true)).isTrue();
        server = serve();
    }

    private ServerProcess serve() throws Exception {
        ProcessBuilder program = new ProcessBuilder(ServerProcess.serving(workspace));
        program.environment().merge("PATH", "", (path, none) -> workspace.resolve("bin") + File.pathSeparator + path);
        return ServerProcess.start(program);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @TestFactory
    Stream<DynamicTest> isGivenUpOrTakenUp() {
        Stream<DynamicTest> steps = Arrays.stream(UpgradeStepKind.values())
                .map(step -> DynamicTest.dynamicTest(
                        "killed in " + step.wireName(), () -> killedIn(step, step.wireName(), "")));
        // As the transaction of the promotion leaves it, before anything else can be written.
        String justPromoted = "UPDATE upgrades SET body = json_set(body, '$.promotionId', null) WHERE id = 'promoted'";
        return Stream.concat(
                steps,
                Stream.of(DynamicTest.dynamicTest(
                        "killed right after the promotion",
                        () -> killedIn(UpgradeStepKind.WATCH, "promoted", justPromoted))));
    }

    @Test
    void anAbortUnderALockOutlivesTheServer() throws Exception {
        begin(UpgradeStepKind.BUILD, "locked");
        awaitTheMiddleOf(UpgradeStepKind.BUILD);
        try (Connection other = connect();
                Statement lock = other.createStatement()) {
            lock.execute("BEGIN EXCLUSIVE");
            JsonNode done = server.operate("upgrade_abort", "{\"reason\": \"no more\"}");
            assertThat(done.path("durable").asBoolean(true)).isFalse();
            server.kill();
        }

        server = serve();

        assertThat(status().path("status").asString("")).isEqualTo("aborted");
        assertThat(status().path("reason").asString("")).contains("no more").doesNotContain("the server ended");
        assertSaid("locked", "aborted");
        assertThat(count("audit_events WHERE kind = 'upgrade-ended'")).isEqualTo(1);
    }

    private void killedIn(UpgradeStepKind step, String id, String meanwhile) throws Exception {
        Files.deleteIfExists(workspace.resolve("blocked"));
        begin(step, id);
        awaitTheMiddleOf(step);
        List<ProcessHandle> children = server.handle().descendants().toList();
        server.kill();
        if (!meanwhile.isEmpty()) {
            update(meanwhile);
        }

        server = serve();

        if (step.isAfterPromotion()) {
            assertTakenUp(id);
        } else {
            assertGivenUp(step, id);
        }
        assertNothingLeft(id, children);
    }

    private void begin(UpgradeStepKind step, String id) throws Exception {
        String more = switch (step) {
            case PREFLIGHT -> "";
            case BUILD -> ", \"build\": \"sh block.sh; true\"";
            case TEST -> ", \"test\": \"sh block.sh & wait\"";
            case CANARY, SHADOW, APPROVAL -> "";
            case RESTART, PROMOTE, WATCH -> ", \"promote\": true";
            case WEIGHT -> ", \"promote\": true, \"canary_weights\": [50], \"step_duration\": \"1h\"";
        };
        if (step == UpgradeStepKind.PREFLIGHT) {
            Files.createDirectory(workspace.resolve(".git"));
        }
        String canary = ShellWorker.command(step.wireName());
        String arguments = "{\"canary\": \"" + canary + "\", \"id\": \"" + id + "\", \"wait\": false, \"confirm\": true"
                + more + "}";
        ObjectNode params = ServerProcess.object().put("name", "upgrade_run");
        params.set("arguments", JsonRpcCodec.JSON.readTree(arguments));
        try (SocketClient client = SocketClient.connect(workspace.resolve("state"))) {
            JsonRpcMessage.Response answer =
                    client.request("tools/call", params, Duration.ofMinutes(1), notification -> {});
            assertThat(answer)
                    .isInstanceOfSatisfying(
                            JsonRpcMessage.Success.class,
                            begun -> assertThat(begun.result().path("isError").asBoolean(false))
                                    .as("%s", begun)
                                    .isFalse());
        }
    }

    /** Where something can block, it does; the others last until they are ended. */
    private void awaitTheMiddleOf(UpgradeStepKind step) throws Exception {
        switch (step) {
            case PREFLIGHT, BUILD, TEST -> awaitBlocked();
            case CANARY, SHADOW, RESTART, PROMOTE -> {
                long pid = awaitBlocked();
                Await.until("the worker is written down", () -> count("worker_processes WHERE pid = " + pid) == 1);
            }
            case APPROVAL, WATCH ->
                Await.until(
                        "it is at " + step,
                        () -> status().path("step").asString("").equals(step.wireName()));
            case WEIGHT ->
                Await.until(
                        "it shares",
                        () -> status().path("activity").asString("").contains("50 % of the callers"));
        }
        assertThat(status().path("step").asString("")).isEqualTo(step.wireName());
        Files.deleteIfExists(workspace.resolve(".git"));
    }

    private long awaitBlocked() throws IOException {
        return ShellWorker.awaitBlocked(workspace);
    }

    private void assertGivenUp(UpgradeStepKind step, String id) throws Exception {
        Await.until("it has ended", () -> status().path("endedAt").isString());
        assertThat(status().path("status").asString(""))
                .as(status().toPrettyString())
                .isEqualTo("aborted");
        assertThat(status().path("reason").asString(""))
                .contains("the server ended during the step " + step.wireName(), "nothing was promoted");
        boolean runsProgram =
                step == UpgradeStepKind.PREFLIGHT || step == UpgradeStepKind.BUILD || step == UpgradeStepKind.TEST;
        assertThat(status().path("reason").asString("").contains("still had running was killed"))
                .as("it had a program of its own that had to be killed")
                .isEqualTo(runsProgram);
        assertSaid(id, "aborted");
    }

    /** Nothing but the watch itself ends it well: it judges what the calls come to. */
    private void assertTakenUp(String id) throws Exception {
        Await.until("it says so", () -> json(id, "steps.json").toString().contains("taken up again"));
        assertThat(status().path("status").asString("")).isEqualTo("running");
        assertThat(status().path("steps").toString())
                .contains("the server ended during the step watch; it was taken up again");
        Await.until(
                "the audit says so",
                () -> newest("upgrade-step").path("detail").asString("").contains("taken up again"));
        assertThat(active()).isEqualTo(id);
        Await.until("the worker serves", () -> !failed(look()));

        Files.createFile(workspace.resolve("bad"));
        Await.until("it is rolled back", Duration.ofMinutes(1), () -> {
            look();
            return status().path("endedAt").isString();
        });
        Files.delete(workspace.resolve("bad"));

        assertThat(status().path("status").asString(""))
                .as(status().toPrettyString())
                .isEqualTo("rolled-back");
        assertThat(status().path("promotionId").asString("")).startsWith("p-");
        assertSaid(id, "rolled-back");
        resetKillSwitch();
    }

    private void resetKillSwitch() throws Exception {
        server.operate(
                "kill_switch_reset",
                "{\"reason\": \"over\", \"approver\": \"dana\", \"fix_reference\": \"X-1\", \"force\": true}");
    }

    private void assertSaid(String id, String status) throws Exception {
        Await.until(
                "the audit says that it has ended",
                () -> newest("upgrade-ended").path("upgrade").asString("").equals(id));
        assertThat(json(id, "report.json").path("status").asString("")).isEqualTo(status);
        assertThat(json(id, "steps.json").path("next").isNull()).isTrue();
        assertThat(newest("upgrade-ended").path("status").asString("")).isEqualTo(status);
    }

    /** That nothing is in the way of the next upgrade is shown by the next one. */
    private void assertNothingLeft(String id, List<ProcessHandle> children) throws Exception {
        assertThat(children).isNotEmpty();
        Await.until("no process is left", () -> children.stream().noneMatch(ProcessHandle::isAlive));
        assertThat(workspace.resolve("state/upgrade.lock")).doesNotExist();
        try (Stream<Path> files = Files.list(folder(id))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .isSubsetOf(
                            "preflight.json",
                            "shadow.json",
                            "promotion_plan.json",
                            "steps.json",
                            "report.json",
                            "build.log",
                            "test.log");
        }
        Await.until("no program is written down", () -> count("upgrade_programs") == 0);
        Await.until(
                "no canary is left",
                () -> server.operate("worker_status", "{}").path("canary").isNull());
        assertThat(active()).isEqualTo("stable");
        Await.until("the active worker serves", () -> !failed(look()));
    }

    private JsonNode status() throws Exception {
        return server.operate("upgrade_status", "{}");
    }

    private String active() throws Exception {
        return server.operate("worker_status", "{}")
                .path("active")
                .path("label")
                .asString("");
    }

    private JsonNode newest(String kind) throws Exception {
        return server.operate("audit_query", "{\"kinds\": [\"" + kind + "\"], \"limit\": 1}")
                .path("events")
                .path(0)
                .path("payload");
    }

    private boolean failed(JsonNode result) {
        return result.path("isError").asBoolean(false);
    }

    private JsonNode look() throws Exception {
        try {
            return server.call("look", "{}");
        } catch (IOException e) {
            return ServerProcess.object().put("isError", true);
        }
    }

    private Path folder(String id) {
        return workspace.resolve("experiments/mcp/upgrade").resolve(id);
    }

    private ObjectNode json(String id, String name) throws IOException {
        return (ObjectNode)
                JsonRpcCodec.JSON.readTree(Files.readAllBytes(folder(id).resolve(name)));
    }

    private int count(String from) throws Exception {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM " + from)) {
            return rows.getInt(1);
        }
    }

    private void update(String sql) throws Exception {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate(sql)).isEqualTo(1);
        }
    }

    private Connection connect() throws Exception {
        return DriverManager.getConnection("jdbc:sqlite:" + workspace.resolve("state/orchestrator.db"));
    }
}

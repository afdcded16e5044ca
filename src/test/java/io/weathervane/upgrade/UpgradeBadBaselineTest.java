package io.weathervane.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.app.TestServer;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.testing.ShellWorker;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** An active release that fails too many calls itself: an operator knows it before a rollback turns out to be of no help. */
class UpgradeBadBaselineTest {
    private static final String WARNING =
            "the active release stable fails 50.0% of its last 20 calls, above the threshold 20.0%: a rollback to it"
                    + " would not help";

    private static final String YAML = """
        upgrade: {probes: [{tool: look, arguments: {}}]}
        workers:
          initial: stable
          releases:
            stable: {kind: mcp, command: [sh, worker.sh, stable]}
            next: {kind: mcp, command: [sh, worker.sh, next]}
        """;

    @Test
    void isAWarningOfTheDryRunAndThePreflightAndNoRefusal(@TempDir Path folder) throws Exception {
        ShellWorker.write(folder);
        try (TestServer server = TestServer.start(folder, YAML)) {
            Files.createFile(folder.resolve("bad"));
            for (int i = 0; i < 20; i++) {
                look(server);
            }
            Files.delete(folder.resolve("bad"));
            ObjectNode arguments =
                    TestUpgrades.arguments(ShellWorker.command("next"), "{'id': 'up', 'skip_promote': true}");

            ObjectNode planned = server.done(
                    "upgrade_run", arguments.deepCopy().put("dry_run", true).toString());
            server.done("upgrade_run", arguments.toString());

            assertThat(planned.path("plan").toString()).contains("WARNING active worker's error rate: " + WARNING);
            assertThat(Files.readString(folder.resolve("experiments/mcp/upgrade/up/preflight.json")))
                    .contains(WARNING, "\"warning\"");
            assertThat(server.done("upgrade_status", "{'id': 'up'}").toString()).contains("; warning: " + WARNING);
        }
    }

    @Test
    void isTheSameWarningAfterARestart(@TempDir Path folder) throws Exception {
        ShellWorker.write(folder);
        Files.createFile(folder.resolve("bad"));
        ObjectNode dryRun =
                TestUpgrades.arguments(ShellWorker.command("next"), "{'skip_promote': true, 'dry_run': true}");
        try (TestServer server = TestServer.start(folder, YAML)) {
            for (int i = 0; i < 19; i++) {
                look(server);
            }
            assertThat(server.textOf("upgrade_run", dryRun.toString()))
                    .contains("not known: stable has had 19 calls, and 20 are needed");
            look(server);
            assertThat(server.textOf("upgrade_run", dryRun.toString())).contains(WARNING);
        }
        Files.delete(folder.resolve("bad"));
        try (TestServer server = TestServer.start(folder, YAML)) {
            assertThat(server.textOf("upgrade_run", dryRun.toString()))
                    .contains("WARNING active worker's error rate: " + WARNING)
                    .doesNotContain("not above");
            server.done("worker_start_canary", "{'release': 'next'}");
            assertThat(server.textOf("worker_promote", "{'dry_run': true}")).contains("note that " + WARNING);
            assertThat(server.textOf("worker_promote", "{'confirm': true}"))
                    .contains("next is the active worker", "note that " + WARNING.replace("active", "previous"));
        }
    }

    private static void look(TestServer server) {
        try {
            server.call("look", "{}");
        } catch (JsonRpcException e) {
            assertThat(e).hasMessageContaining("bad");
        }
    }
}

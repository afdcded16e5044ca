package io.weathervane.tool.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.app.TestServer;
import io.weathervane.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** What can still be asked and done when the database is no database any more. */
class LostDatabaseToolsTest {
    private static final String WEBHOOK = """
        alerts: {webhooks: [{url: "http://127.0.0.1:9/hook", secretEnv: HOOK_SECRET}]}
        """;

    @Test
    void safetyStatusAndEvidenceDoNotNeedIt(@TempDir Path folder) throws IOException {
        try (TestServer server = TestServer.start(folder, WEBHOOK, Map.of("HOOK_SECRET", "not for everyone"))) {
            Path garbage = Files.writeString(folder.resolve("garbage"), "garbage ".repeat(5000));
            Files.move(garbage, server.workspace().database(), StandardCopyOption.REPLACE_EXISTING);
            Await.until(
                    "the loss is noticed",
                    () -> server.textOf("monitor_status", "{}").contains("warning: the database cannot be read since"));

            ObjectNode engaged = server.done("kill_switch_engage", "{'reason': 'the database is gone'}");
            String refusal = server.refused("mcp_admin_flags", "{'action': 'history'}");
            ObjectNode bundle = server.done("evidence_collect", "{}");

            assertThat(engaged.at("/killSwitch/engaged").asBoolean()).isTrue();
            assertThat(engaged.at("/killSwitch/durable").asBoolean()).isFalse();
            assertThat(engaged.path("warning").asString()).contains("not in the database yet");
            assertThat(server.textOf("monitor_status", "{}"))
                    .contains("Only in memory", "alerts to 127.0.0.1", "the last known ones")
                    .doesNotContain("no webhook is configured");
            assertThat(refusal).contains("The database could not do it", "monitor_status");
            assertThat(bundle.path("warning").asString()).contains("not in the audit");
            assertThat(bundle.path("summary").asString()).contains("unavailable: audit.jsonl");
            assertThat(Path.of(bundle.path("folder").asString()).resolve("flags.txt"))
                    .exists();
        }
    }

    @Test
    void whatIsNotWrittenYetIsToldWhileAnotherProgramHoldsTheLock(@TempDir Path folder) throws Exception {
        try (TestServer server = TestServer.start(folder, TestServer.WITH_WORKERS)) {
            server.done("worker_start_canary", "{'release': 'bad'}");
            server.done("worker_promote", "{'reason': 'ready', 'confirm': true}");
            server.done("worker_rollback", "{'reason': 'it is slow'}");
            Await.until(
                    "all is written",
                    () -> !server.textOf("decision_explain", "{}").contains("not in the database yet"));
            server.done("worker_start_canary", "{'release': 'bad'}");
            server.done("worker_promote", "{'reason': 'again', 'confirm': true}");
            try (Connection other = DriverManager.getConnection(
                            "jdbc:sqlite:" + server.workspace().database());
                    Statement lock = other.createStatement()) {
                lock.execute("PRAGMA busy_timeout = 5000");
                lock.execute("BEGIN EXCLUSIVE");
                server.done("worker_rollback", "{'reason': 'slower than ever'}");
                server.done("kill_switch_engage", "{'reason': 'to be sure'}");

                ObjectNode explained = server.done("decision_explain", "{}");
                String text = server.textOf("decision_explain", "{}");
                ObjectNode bundle = server.done("evidence_collect", "{}");
                Path evidence = Path.of(bundle.path("folder").asString());
                server.done("incident_report", "{}");

                assertThat(explained.path("reason").asString()).contains("it is slow");
                assertThat(explained.path("unwritten").findValuesAsString("decision"))
                        .contains("rollback");
                assertThat(text)
                        .startsWith("Newer decisions are not in the database yet")
                        .contains("slower than ever");
                assertThat(Files.readString(evidence.resolve("flags.txt")))
                        .contains("\nDISABLE_NEW|1\n# DISABLE_NEW is in effect in the server; the database had 0");
                assertThat(bundle.path("summary").asString())
                        .startsWith("Latest: kill-switch-activated")
                        .contains("not in the database yet");
                assertThat(bundle.path("warning").asString()).contains("not in the audit yet");
                assertThat(Files.readString(evidence.resolve("incident_" + evidence.getFileName() + ".md")))
                        .contains(
                                "engaged (DISABLE_NEW=1)",
                                "to be sure (not in the audit yet)",
                                "slower than ever (not in the audit yet)");
            }
            Await.until(
                    "it is written",
                    () -> server.textOf("decision_explain", "{}").contains("slower than ever")
                            && !server.textOf("decision_explain", "{}").contains("not in the database yet"));
            Await.until(
                    "the collection, too",
                    () -> server.textOf("audit_query", "{'kinds': ['evidence-collected']}")
                            .contains("evidence-collected"));
        }
    }
}

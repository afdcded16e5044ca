package io.weathervane;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.testing.Await;
import io.weathervane.testing.ServerProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A database that lacks what was written down before does not read as safe. */
@Tag("slow")
@Tag("essential")
class LostStateIT {
    @TempDir
    private Path workspace;

    private Path database;
    private Path log;

    @BeforeEach
    void makeWorkspace() throws IOException {
        ServerProcess.configure(workspace, "", "stable", "next");
        database = workspace.resolve("state/orchestrator.db");
        log = workspace.resolve("state/analytics/kill_switch_audit.log");
    }

    @Test
    void aRestoredBackupStartsEngagedAndSaysSoUntilItIsReset() throws Exception {
        ServerProcess.serve(workspace).close();
        Path backup = Files.copy(database, workspace.resolve("backup.db"));
        engageAndStop();
        Files.writeString(log, "Reset at 2026-11-29T00:00:00Z\n", StandardOpenOption.APPEND);
        Files.move(backup, database, StandardCopyOption.REPLACE_EXISTING);

        try (ServerProcess server = ServerProcess.serve(workspace)) {
            assertLostAndEngaged(server);
            assertThat(refused(server)).contains("kill switch");
            server.operate("kill_switch_reset", """
                {"reason": "looked at", "approver": "dana", "fix_reference": "INC-1", "force": true}\
                """);
            assertThat(server.health().path("killSwitch").asString("")).isEqualTo("off");
            assertThat(server.health().path("notes").toString()).doesNotContain("state was lost");
        }
        try (ServerProcess again = ServerProcess.serve(workspace)) {
            assertThat(again.health().path("killSwitch").asString("")).isEqualTo("off");
            assertThat(again.health().path("notes").toString()).doesNotContain("state was lost");
        }
        assertThat(verify()).contains("THE AUDIT IS BROKEN", "kill_switch_audit.log");
    }

    @Test
    void aDeletedDatabaseStartsEngagedAndSaysSo() throws Exception {
        engageAndStop();
        Files.delete(database);

        try (ServerProcess server = ServerProcess.serve(workspace)) {
            assertLostAndEngaged(server);
        }
    }

    @Test
    void anEmptyDatabaseIsRefusedBesideFilesWithContentAndNewAlone() throws Exception {
        engageAndStop();
        Files.write(database, new byte[0]);

        assertThat(serveRefused())
                .contains("is empty (0 bytes)", "kill_switch_audit.log", "Restore", "remove the empty file");
        assertThat(verify()).contains("is empty (0 bytes)");
        assertThat(database).isEmptyFile();

        try (var files = Files.list(workspace.resolve("state/analytics"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        try (ServerProcess server = ServerProcess.serve(workspace)) {
            assertThat(server.health().path("status").asString("")).isEqualTo("ok");
            assertThat(server.health().path("killSwitch").asString("")).isEqualTo("off");
        }
    }

    @Test
    void aTailOfTheAuditThatSqlRemovedIsSeen() throws Exception {
        ServerProcess.serve(workspace).close();
        engageAndStop();
        sql(
                "DROP TRIGGER audit_events_refuses_delete",
                "DROP TRIGGER audit_head_refuses_delete",
                "DROP TRIGGER settings_updated",
                "DROP TRIGGER settings_inserted",
                "DELETE FROM audit_events WHERE seq >="
                        + " (SELECT min(seq) FROM audit_events WHERE kind = 'kill-switch-activated')",
                "DELETE FROM audit_head",
                "UPDATE kill_switch_state SET engaged = 0",
                "UPDATE settings SET value = '0' WHERE key = 'DISABLE_NEW'",
                "UPDATE audit_files SET seq = 0, byte_offset = 0");

        assertThat(verify()).contains("THE AUDIT IS BROKEN", "settings_history");
        try (ServerProcess server = ServerProcess.serve(workspace)) {
            assertLostAndEngaged(server);
        }
    }

    @Test
    void filesThatWereDeletedOrCutAreWrittenAnewFromTheDatabase() throws Exception {
        engageAndStop();
        Files.delete(log);
        Files.write(workspace.resolve("state/analytics/telemetry.jsonl"), new byte[0]);

        try (ServerProcess server = ServerProcess.serve(workspace)) {
            assertThat(server.health().path("killSwitch").asString("")).isEqualTo("engaged");
            assertThat(server.health().path("notes").toString()).doesNotContain("state was lost");
            Await.until(
                    "the line is back",
                    () -> Files.exists(log) && Files.readString(log).contains(" ACTIVATED "));
        }
        assertThat(verify()).contains("The audit is intact");
    }

    @Test
    void aKilledServerLosesNothingAndRaisesNoAlarm() throws Exception {
        for (int round = 0; round < 2; round++) {
            ServerProcess server = ServerProcess.serve(workspace);
            assertThat(server.health().path("notes").toString()).doesNotContain("state was lost");
            server.operate("kill_switch_engage", "{\"reason\": \"INCIDENT\"}");
            server.operate("mcp_admin_flags", "{\"action\": \"set\", \"flags\": {\"DISABLE_NEW\": \"0\"}}");
            server.kill();
        }
        try (ServerProcess last = ServerProcess.serve(workspace)) {
            assertThat(last.health().path("notes").toString()).doesNotContain("state was lost");
            assertThat(last.health().path("killSwitch").asString("")).isEqualTo("off");
        }
    }

    private void engageAndStop() throws Exception {
        try (ServerProcess server = ServerProcess.serve(workspace)) {
            server.operate("mcp_admin_flags", "{\"action\": \"set\", \"flags\": {\"PROMPT_MODE\": \"verbose\"}}");
            server.operate("kill_switch_engage", "{\"reason\": \"INCIDENT 42\"}");
        }
    }

    private static void assertLostAndEngaged(ServerProcess server) throws Exception {
        JsonNode health = server.health();
        assertThat(health.path("killSwitch").asString("")).isEqualTo("engaged");
        assertThat(health.path("status").asString("")).isEqualTo("degraded");
        assertThat(health.path("notes").toString()).contains("state was lost", "ACTIVATED", "kill_switch_reset");
        JsonNode lost = server.operate("audit_query", "{\"kinds\": [\"state-lost\"]}")
                .path("events")
                .path(0);
        assertThat(lost.path("payload").path("engaged").asBoolean(false)).isTrue();
        assertThat(lost.path("payload").path("reason").asString("")).contains("state was lost");
    }

    private static String refused(ServerProcess server) throws Exception {
        server.operate("worker_start_canary", "{\"release\": \"next\"}");
        return ServerProcess.text(server.call("worker_promote", "{\"reason\": \"x\", \"confirm\": true}"))
                .toLowerCase(Locale.ROOT);
    }

    private String serveRefused() throws Exception {
        return output(new ProcessBuilder(ServerProcess.serving(workspace)));
    }

    private String verify() throws Exception {
        return output(
                new ProcessBuilder(ServerProcess.weathervane("audit", "verify", "--workspace", workspace.toString())));
    }

    private static String output(ProcessBuilder program) throws Exception {
        Process process = program.redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return text;
    }

    private void sql(String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database.toUri());
                Statement statement = connection.createStatement()) {
            for (String text : statements) {
                statement.execute(text);
            }
        }
    }
}

package io.weathervane;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.testing.Await;
import io.weathervane.testing.ServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * A running server whose database is locked, has no room, or is gone: flags are refused in words, the kill switch
 * engages all the same, and nothing is reported as done that is not.
 */
class DatabaseFaultsIT {
    /** No file of the server may grow beyond this; its own start needs about half of it. */
    private static final int FILE_KIB_MAX = 4096;

    private static final String SET_VERBOSE = "{\"action\":\"set\",\"flags\":{\"PROMPT_MODE\":\"verbose\"}}";
    private static final String RESET = "{\"action\":\"set\",\"flags\":{\"DISABLE_NEW\":\"0\"}}";

    @TempDir
    private static Path workspace;

    private static ServerProcess server;

    private Path file;

    @BeforeAll
    static void start() throws Exception {
        List<String> command =
                new ArrayList<>(List.of("bash", "-c", "ulimit -f " + FILE_KIB_MAX + "; exec \"$@\"", "serve"));
        command.addAll(ServerProcess.serving(workspace));
        server = ServerProcess.start(new ProcessBuilder(command));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void locate() {
        file = workspace.resolve("state/orchestrator.db");
    }

    @AfterEach
    void serverIsWellAgain() throws Exception {
        Await.until("the kill switch can be reset", () -> !failed(server.call("mcp_admin_flags", RESET)));
        Await.until("healthy", () -> server.health().path("status").asString("").equals("ok"));
        assertThat(server.operate("mcp_admin_flags", SET_VERBOSE).path("changed"))
                .isNotNull();
        server.operate("mcp_admin_flags", "{\"action\":\"reset\",\"flag\":\"PROMPT_MODE\"}");
    }

    @Test
    void aLockedTableRefusesFlagsInWordsAndTheKillSwitchEngagesAtOnce() throws Exception {
        CompletableFuture<JsonNode> engaging;
        try (Connection lock = connect()) {
            execute(lock, "BEGIN IMMEDIATE");

            JsonNode refused = server.call("mcp_admin_flags", SET_VERBOSE);
            assertThat(failed(refused)).isTrue();
            assertThat(ServerProcess.text(refused)).contains("holds the lock", "Nothing of it was kept");
            assertThat(effective("PROMPT_MODE")).isEqualTo("compact");

            engaging = CompletableFuture.supplyAsync(DatabaseFaultsIT::engage);
            Await.until("engaged in memory", () -> killSwitch().path("engaged").asBoolean());
            assertThat(killSwitch().path("durable").asBoolean()).isFalse();
            execute(lock, "ROLLBACK");
        }

        engaging.join();
        Await.until("written", () -> killSwitch().path("durable").asBoolean());
        assertThat(row("DISABLE_NEW")).isEqualTo("1");
    }

    @Test
    void aFullDiskIsSaidAndTheKillSwitchEngagesInMemoryUntilThereIsRoom() throws Exception {
        try (Connection reader = connect();
                Connection writer = connect()) {
            execute(reader, "BEGIN");
            execute(reader, "SELECT count(*) FROM settings");
            execute(writer, "CREATE TABLE ballast(bytes BLOB)");
            execute(writer, "INSERT INTO ballast VALUES (randomblob(" + 2 * FILE_KIB_MAX * 1024 + "))");

            JsonNode refused = server.call("mcp_admin_flags", SET_VERBOSE);
            assertThat(failed(refused)).isTrue();
            assertThat(ServerProcess.text(refused)).contains("Nothing of it was kept");
            assertThat(effective("PROMPT_MODE")).isEqualTo("compact");

            JsonNode engaged = engage();
            assertThat(failed(engaged)).isFalse();
            assertThat(ServerProcess.text(engaged)).contains("Warning: ", "not in the database yet");
            JsonNode status = engaged.path("structuredContent").path("killSwitch");
            assertThat(status.path("engaged").asBoolean()).isTrue();
            assertThat(status.path("durable").asBoolean()).isFalse();
            assertThat(row("DISABLE_NEW")).isEqualTo("0");

            JsonNode reset = server.call("mcp_admin_flags", RESET);
            assertThat(failed(reset))
                    .as("a reset that cannot be written: " + reset)
                    .isTrue();
            assertThat(killSwitch().path("engaged").asBoolean()).isTrue();
        }
        try (Connection room = connect()) {
            execute(room, "DROP TABLE ballast");
            execute(room, "PRAGMA wal_checkpoint(TRUNCATE)");
        }

        Await.until("written", () -> killSwitch().path("durable").asBoolean());
        assertThat(row("DISABLE_NEW")).isEqualTo("1");
    }

    /** Moved without its log, a database is as old as its last checkpoint: that is why one is made first. */
    @Test
    void garbageInItsPlaceFailsSafeAndTheDatabasePutBackIsTakenUp() throws Exception {
        server.operate("mcp_admin_flags", SET_VERBOSE);
        try (Connection operator = connect()) {
            execute(operator, "PRAGMA wal_checkpoint(TRUNCATE)");
        }
        Path aside = workspace.resolve("aside.db");
        Files.move(file, aside);
        Files.writeString(file, "this is no database at all\n".repeat(400));

        Await.until(
                "degraded", () -> server.health().path("status").asString("").equals("degraded"));
        assertThat(effective("PROMPT_MODE")).as("the last good value").isEqualTo("verbose");
        Await.until("failed safe", () -> killSwitch().path("engaged").asBoolean());
        assertThat(effective("PROMPT_MODE")).isEqualTo("compact");
        JsonNode health = server.health();
        assertThat(health.path("code").asInt()).isEqualTo(200);
        assertThat(health.path("killSwitch").asString("")).isEqualTo("engaged");
        assertThat(health.path("notes").toString()).contains("cannot be read since");
        assertThat(failed(server.call("mcp_admin_flags", SET_VERBOSE))).isTrue();

        Files.delete(file);
        Files.move(aside, file);

        Await.until("normal again", () -> !killSwitch().path("engaged").asBoolean());
        assertThat(effective("PROMPT_MODE")).isEqualTo("verbose");
        Await.until(
                "audited",
                () -> !server.operate("audit_query", "{\"kinds\":[\"store-recovered\"]}")
                        .path("events")
                        .isEmpty());
    }

    private static JsonNode engage() {
        try {
            return server.call("kill_switch_engage", "{\"reason\":\"a bad day\"}");
        } catch (Exception e) {
            throw new AssertionError("engaging got no answer", e);
        }
    }

    private static boolean failed(JsonNode result) {
        return result.path("isError").asBoolean(false);
    }

    private static JsonNode killSwitch() throws Exception {
        return server.operate("mcp_admin_flags", "{\"action\":\"get\"}").path("killSwitch");
    }

    private static String effective(String flag) throws Exception {
        return server.operate("mcp_admin_flags", "{\"action\":\"get\"}")
                .path("flags")
                .path(flag)
                .path("effective")
                .asString("");
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + file);
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private String row(String key) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT value FROM settings WHERE key = '" + key + "'")) {
            return rows.next() ? rows.getString(1) : "(no row)";
        }
    }
}

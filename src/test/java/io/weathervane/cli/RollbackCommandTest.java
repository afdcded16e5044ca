package io.weathervane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.audit.AuditEvent;
import io.weathervane.audit.AuditKind;
import io.weathervane.audit.AuditLog;
import io.weathervane.store.SqliteDatabase;
import io.weathervane.store.StoreOptions;
import io.weathervane.transport.socket.WorkspaceLock;
import io.weathervane.transport.socket.WorkspaceOwnerInfo;
import io.weathervane.util.Workspace;
import io.weathervane.worker.ReleaseStore;
import io.weathervane.worker.Role;
import io.weathervane.worker.ServiceName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RollbackCommandTest {
    /** As the first version wrote them: a later one must find what they have. */
    private static final List<String> TABLES = List.of(
            "CREATE TABLE worker_releases (role TEXT PRIMARY KEY, label TEXT NOT NULL, definition TEXT NOT NULL,"
                    + " since TEXT NOT NULL)",
            "CREATE TABLE worker_processes (pid INTEGER PRIMARY KEY, started_ms INTEGER NOT NULL, label TEXT NOT"
                    + " NULL)");

    private static final String ENGAGED = "2026-11-30T02:00:00Z ACTIVATED reason=\"x\" actor=\"ada\"\n";

    @TempDir
    private Path folder;

    private Workspace workspace;
    private Terminal terminal;

    @BeforeEach
    void makeWorkspace() {
        workspace = Workspace.in(folder).create();
        terminal = new Terminal(Map.of("WVO_WORKSPACE_ROOT", folder.toString(), "WVO_ACTOR", "dana"));
    }

    @Test
    void refusesInAWorkspaceWithoutADatabaseAndMakesNone() {
        assertThat(terminal.run("rollback")).isEqualTo(ExitCode.REFUSED);
        assertThat(terminal.err()).contains("there is no database");
        assertThat(workspace.database()).doesNotExist();
    }

    @Test
    void saysOfALostDatabaseThatItIsLost() throws Exception {
        Files.writeString(killSwitchLog(), ENGAGED);

        for (String[] command : new String[][] {{"rollback"}, {"audit", "verify"}}) {
            terminal = new Terminal(Map.of("WVO_WORKSPACE_ROOT", folder.toString()));
            assertThat(terminal.run(command)).isEqualTo(ExitCode.REFUSED);
            assertThat(terminal.err())
                    .contains("kill_switch_audit.log", "its database is lost", "Restore it from a backup")
                    .doesNotContain("no server has run");
        }
    }

    @Test
    void leavesTheFilesToTheNextServerWhenTheyShowThatStateWasLost() throws Exception {
        record("active", "v2");
        record("previous", "v1");
        Files.writeString(killSwitchLog(), ENGAGED);

        assertThat(terminal.run("rollback")).isEqualTo(ExitCode.OK);

        assertThat(active()).isEqualTo("v1");
        assertThat(killSwitchLog()).hasContent(ENGAGED);
        assertThat(workspace.analytics().resolve("telemetry.jsonl")).doesNotExist();
    }

    @Test
    void refusesWhenThereIsNoPreviousReleaseAndChangesNothing() {
        record("active", "v2");

        assertThat(terminal.run("rollback")).isEqualTo(ExitCode.REFUSED);
        assertThat(terminal.err()).contains("no previous release", "active: v2", "nothing was changed");
        assertThat(events()).isEmpty();
    }

    @Test
    void refusesWhenAServerHasTheWorkspaceButDoesNotAnswer() {
        record("active", "v2");
        record("previous", "v1");
        try (WorkspaceLock held = WorkspaceLock.tryAcquire(
                        workspace.state(), WorkspaceOwnerInfo.ofThisProcess(Instant.EPOCH, List.of("http")))
                .orElseThrow()) {
            assertThat(terminal.run("rollback")).isEqualTo(ExitCode.UNREACHABLE);
            assertThat(terminal.err()).contains("process " + held.owner().pid(), "nothing was changed");
        }
        assertThat(active()).isEqualTo("v2");
    }

    @Test
    void changesTheRecordAndTheAuditAndSaysWhatTheNextStartRuns() throws Exception {
        record("active", "v2");
        record("previous", "v1");

        assertThat(terminal.run("rollback", "--reason", "v2 fails \"half\" its calls"))
                .isEqualTo(ExitCode.OK);

        assertThat(terminal.out()).contains("active is v1, before it was v2", "runs v1");
        assertThat(active()).isEqualTo("v1");
        AuditEvent event = events().get(0);
        assertThat(event.kind()).isEqualTo(AuditKind.ROLLBACK_EXECUTED);
        assertThat(event.actor().name()).isEqualTo("dana");
        assertThat(event.payload().path("reason").asString()).isEqualTo("v2 fails \"half\" its calls");
        assertThat(Files.readString(workspace.analytics().resolve("telemetry.jsonl")))
                .contains("rollback_executed");

        assertThat(terminal.run("rollback")).isEqualTo(ExitCode.REFUSED);
        assertThat(terminal.run("audit", "verify")).isEqualTo(ExitCode.OK);
        assertThat(terminal.out()).contains("The audit is intact: 1 events");
    }

    @Test
    void withSeveralServicesTheOneMustBeNamed() {
        record("active", "v2");
        record("previous", "v1");
        record(new ServiceName("search"), Role.ACTIVE, "s2");
        record(new ServiceName("search"), Role.PREVIOUS, "s1");

        assertThat(terminal.run("rollback")).isEqualTo(ExitCode.USAGE);
        assertThat(terminal.err()).contains("--service is required", "default, search", "nothing was changed");
        assertThat(terminal.run("rollback", "--service", "find")).isEqualTo(ExitCode.USAGE);
        assertThat(terminal.err()).contains("no service find has run here", "default, search");
        assertThat(events()).isEmpty();

        assertThat(terminal.run("rollback", "--service", "search")).isEqualTo(ExitCode.OK);

        assertThat(terminal.out()).contains("active is s1, before it was s2");
        assertThat(active()).as("of the default service").isEqualTo("v2");
        assertThat(events().get(0).payload().path("service").asString()).isEqualTo("search");
    }

    private void record(ServiceName service, Role role, String label) {
        try (SqliteDatabase database = open()) {
            ReleaseStore store = new ReleaseStore(database, service);
            database.write(sql -> sql.update(
                    "INSERT INTO worker_releases (service, role, label, definition, since) VALUES (?, ?, ?, '{}', '')",
                    store.service().value(),
                    role.wireName(),
                    label));
        }
    }

    @Test
    void aForgedAuditIsFound() {
        record("active", "v2");
        record("previous", "v1");
        terminal.run("rollback");
        try (SqliteDatabase database = open()) {
            database.write(sql -> {
                for (String trigger : sql.query(
                        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_events'",
                        row -> row.text("name"))) {
                    sql.update("DROP TRIGGER " + trigger);
                }
                return sql.update("UPDATE audit_events SET actor = 'nobody'");
            });
        }

        assertThat(terminal.run("audit", "verify")).isEqualTo(ExitCode.REFUSED);
        assertThat(terminal.out()).contains("first problem:", "BROKEN");
    }

    private void record(String role, String label) {
        try (SqliteDatabase database = open()) {
            database.migrate("workers", List.of(TABLES));
            database.write(sql -> sql.update(
                    "INSERT INTO worker_releases (role, label, definition, since) VALUES (?, ?, '{}', '')",
                    role,
                    label));
        }
    }

    private Path killSwitchLog() throws IOException {
        return Files.createDirectories(workspace.analytics()).resolve("kill_switch_audit.log");
    }

    private String active() {
        try (SqliteDatabase database = open()) {
            ReleaseStore store = new ReleaseStore(database, ServiceName.DEFAULT);
            return database.read(store::activeLabel).orElseThrow();
        }
    }

    private List<AuditEvent> events() {
        try (SqliteDatabase database = open()) {
            return new AuditLog(database, Clock.systemUTC()).after(0, 10);
        }
    }

    private SqliteDatabase open() {
        return SqliteDatabase.open(workspace.database(), StoreOptions.defaults());
    }
}

package io.weathervane.worker;

import io.weathervane.store.Database;
import io.weathervane.store.SqlTransaction;
import io.weathervane.store.StoreException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Stores in the database the active release of a service, the one that a rollback restores, and the processes of its
 * workers.
 */
public final class ReleaseStore {
    private static final String ACTIVE = Role.ACTIVE.wireName();
    private static final String PREVIOUS = Role.PREVIOUS.wireName();
    private static final String REJECTED = Role.REJECTED.wireName();

    private static final List<List<String>> VERSIONS = List.of(
            List.of(
                    "CREATE TABLE worker_releases (role TEXT PRIMARY KEY, label TEXT NOT NULL, definition TEXT NOT"
                            + " NULL, since TEXT NOT NULL)",
                    "CREATE TABLE worker_processes (pid INTEGER PRIMARY KEY, started_ms INTEGER NOT NULL,"
                            + " label TEXT NOT NULL)"),
            List.of(
                    "CREATE TABLE worker_mark (id TEXT NOT NULL)",
                    "INSERT INTO worker_mark (id) VALUES (lower(hex(randomblob(16))))"),
            List.of(
                    "CREATE TABLE worker_releases_by_service (service TEXT NOT NULL DEFAULT 'default', role TEXT NOT"
                            + " NULL, label TEXT NOT NULL, definition TEXT NOT NULL, since TEXT NOT NULL,"
                            + " PRIMARY KEY (service, role))",
                    "INSERT INTO worker_releases_by_service (role, label, definition, since)"
                            + " SELECT role, label, definition, since FROM worker_releases",
                    "DROP TABLE worker_releases",
                    "ALTER TABLE worker_releases_by_service RENAME TO worker_releases",
                    "ALTER TABLE worker_processes ADD COLUMN service TEXT NOT NULL DEFAULT 'default'"));

    private final Database database;
    private final String service;

    /** A release as recorded: its definition may be unreadable. */
    public record Recorded(String label, Optional<WorkerRelease> release) {}

    /** A child process, named for good by its pid and the time it began. */
    public record Child(long pid, long startedMillis, String label) {}

    /** Makes the tables where they are not there yet. */
    public ReleaseStore(Database database, ServiceName service) {
        this.database = database;
        this.service = service.value();
        database.migrate("workers", VERSIONS);
    }

    /** Service that the releases belong to. */
    public ServiceName service() {
        return new ServiceName(service);
    }

    public Optional<Recorded> find(Role role) {
        return database.read(sql -> sql.first(
                "SELECT label, definition FROM worker_releases WHERE service = ? AND role = ?",
                row -> new Recorded(row.text("label"), ReleaseDefinitionCodec.read(row.text("definition"))),
                service,
                role.wireName()));
    }

    /**
     * Makes the previous release the active one in the record, for the next start; for use while no server runs.
     * The release it replaces becomes the rejected one, so doing it twice does not bring that back.
     *
     * @return the release that the next start brings; empty, and nothing changed, when there is no previous one
     */
    public Optional<String> swapRecord(SqlTransaction sql) throws SQLException {
        Optional<String> previous = label(sql, PREVIOUS);
        if (previous.isPresent()) {
            delete(sql, REJECTED);
            rename(sql, ACTIVE, REJECTED);
            rename(sql, PREVIOUS, ACTIVE);
        }
        return previous;
    }

    /**
     * Forgets which release is active, so that the next start begins with its initial one again; nothing is changed
     * once there was a promotion. For use before the workers start.
     *
     * @return whether there was one to forget
     */
    public boolean forgetUnpromoted(SqlTransaction sql) throws SQLException {
        boolean unpromoted =
                label(sql, PREVIOUS).isEmpty() && label(sql, REJECTED).isEmpty();
        return unpromoted && delete(sql, ACTIVE) > 0;
    }

    /** The release that the record says is active; empty when no server has recorded one yet. */
    public Optional<String> activeLabel(SqlTransaction sql) throws SQLException {
        return label(sql, ACTIVE);
    }

    /** The services that have an active release in the record, by name. */
    public static List<String> services(SqlTransaction sql) throws SQLException {
        return sql.query(
                "SELECT service FROM worker_releases WHERE role = ? ORDER BY service",
                row -> row.text("service"),
                ACTIVE);
    }

    /** Whether a server, of this version or an earlier one, has recorded an active release of any service. */
    public static boolean hasActive(SqlTransaction sql) throws SQLException {
        return sql.exists("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'worker_releases'")
                && sql.exists("SELECT 1 FROM worker_releases WHERE role = ?", ACTIVE);
    }

    private Optional<String> label(SqlTransaction sql, String role) throws SQLException {
        return sql.first(
                "SELECT label FROM worker_releases WHERE service = ? AND role = ?",
                row -> row.text("label"),
                service,
                role);
    }

    private int delete(SqlTransaction sql, String role) throws SQLException {
        return sql.update("DELETE FROM worker_releases WHERE service = ? AND role = ?", service, role);
    }

    private void rename(SqlTransaction sql, String from, String to) throws SQLException {
        sql.update("UPDATE worker_releases SET role = ? WHERE service = ? AND role = ?", to, service, from);
    }

    /** The random number of this workspace that its processes are marked with. */
    public String mark() {
        return database.read(sql -> sql.first("SELECT id FROM worker_mark", row -> row.text("id")))
                .orElseThrow(() -> new StoreException(
                        StoreException.Kind.CORRUPT,
                        "the workspace's number for its processes is not in the database"));
    }

    public List<Child> children() {
        return database.read(sql -> sql.query(
                "SELECT pid, started_ms, label FROM worker_processes WHERE service = ?",
                row -> new Child(row.number("pid"), row.number("started_ms"), row.text("label")),
                service));
    }

    public void addChild(Child child) {
        database.write(sql -> sql.update(
                "INSERT OR REPLACE INTO worker_processes (pid, started_ms, label, service) VALUES (?, ?, ?, ?)",
                child.pid(),
                child.startedMillis(),
                child.label(),
                service));
    }

    public void removeChild(long pid) {
        database.write(sql -> sql.update("DELETE FROM worker_processes WHERE pid = ?", pid));
    }
}

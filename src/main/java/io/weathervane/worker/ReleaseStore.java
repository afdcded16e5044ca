package io.weathervane.worker;

import io.weathervane.store.Database;
import io.weathervane.store.SqlTransaction;
import io.weathervane.store.StoreException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Which release is active and which one a rollback goes back to, and which processes are ours, in the database. */
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
                    "INSERT INTO worker_mark (id) VALUES (lower(hex(randomblob(16))))"));

    private final Database database;

    /** A release as recorded: its definition may be unreadable. */
    public record Recorded(String label, Optional<WorkerRelease> release) {}

    /** A child process, named for good by its pid and the time it began. */
    public record Child(long pid, long startedMillis, String label) {}

    public ReleaseStore(Database database) {
        this.database = database;
        database.migrate("workers", VERSIONS);
    }

    public Optional<Recorded> find(Role role) {
        return database.read(sql -> sql.first(
                "SELECT label, definition FROM worker_releases WHERE role = ?",
                row -> new Recorded(row.text("label"), ReleaseDefinitionCodec.read(row.text("definition"))),
                role.wireName()));
    }

    /**
     * Makes the previous release the active one in the record, for the next start; for use while no server runs.
     * The release it replaces becomes the rejected one, so doing it twice does not bring that back.
     *
     * @return the release that the next start brings; empty, and nothing changed, when there is no previous one
     */
    public static Optional<String> swapRecord(SqlTransaction sql) throws SQLException {
        Optional<String> previous = isKnown(sql) ? label(sql, PREVIOUS) : Optional.empty();
        if (previous.isPresent()) {
            sql.update("DELETE FROM worker_releases WHERE role = ?", REJECTED);
            sql.update("UPDATE worker_releases SET role = ? WHERE role = ?", REJECTED, ACTIVE);
            sql.update("UPDATE worker_releases SET role = ? WHERE role = ?", ACTIVE, PREVIOUS);
        }
        return previous;
    }

    /**
     * Forgets which release is active, so that the next start begins with its initial one again; nothing is changed
     * once there was a promotion. For use before the workers start.
     *
     * @return whether there was one to forget
     */
    public static boolean forgetUnpromoted(SqlTransaction sql) throws SQLException {
        boolean unpromoted = isKnown(sql)
                && label(sql, PREVIOUS).isEmpty()
                && label(sql, REJECTED).isEmpty();
        return unpromoted && sql.update("DELETE FROM worker_releases WHERE role = ?", ACTIVE) > 0;
    }

    /** The release that the record says is active; empty when no server has recorded one yet. */
    public static Optional<String> activeLabel(SqlTransaction sql) throws SQLException {
        return isKnown(sql) ? label(sql, ACTIVE) : Optional.empty();
    }

    private static boolean isKnown(SqlTransaction sql) throws SQLException {
        return sql.exists("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'worker_releases'");
    }

    private static Optional<String> label(SqlTransaction sql, String role) throws SQLException {
        return sql.first("SELECT label FROM worker_releases WHERE role = ?", row -> row.text("label"), role);
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
                "SELECT pid, started_ms, label FROM worker_processes",
                row -> new Child(row.number("pid"), row.number("started_ms"), row.text("label"))));
    }

    public void addChild(Child child) {
        database.write(sql -> sql.update(
                "INSERT OR REPLACE INTO worker_processes (pid, started_ms, label) VALUES (?, ?, ?)",
                child.pid(),
                child.startedMillis(),
                child.label()));
    }

    public void removeChild(long pid) {
        database.write(sql -> sql.update("DELETE FROM worker_processes WHERE pid = ?", pid));
    }
}

package io.weathervane.task;

import io.weathervane.store.Database;
import io.weathervane.store.SqlRow;
import io.weathervane.store.SqlTransaction;
import io.weathervane.util.Stopwatch;
import io.weathervane.util.Ticker;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of all callers, each seen by its owner only. A task is on disk before its id is told, and is kept for
 * {@link #KEPT} at least. One that was working when the server ended has failed when it starts again.
 */
public final class TaskRepository {
    /** How long a task can be asked for after it was created: {@code ttlMs}. */
    public static final Duration KEPT = Duration.ofHours(1);

    private static final int ID_BYTES = 16;

    private static final List<List<String>> VERSIONS = List.of(List.of(
            "CREATE TABLE tasks (id TEXT PRIMARY KEY, owner TEXT NOT NULL, tool TEXT NOT NULL, status TEXT NOT NULL,"
                    + " message TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, outcome TEXT)",
            "CREATE INDEX tasks_by_age ON tasks (created_at)"));

    /** The JSON-RPC error of a task whose server ended before it; -32603 is an internal error. */
    private static final String LOST =
            "{\"code\":-32603,\"message\":\"The server ended before the task did; make the call again.\"}";

    private static final String COLUMNS = "id, tool, status, message, created_at, updated_at, outcome";

    private final Database database;
    private final Clock clock;
    private final Ticker ticker;

    /** The age of each task of this process: its age by the clock changes when the clock steps. */
    private final Map<String, Stopwatch> begun = new ConcurrentHashMap<>();

    private final SecureRandom random = new SecureRandom();

    private TaskRepository(Database database, Clock clock, Ticker ticker) {
        this.database = database;
        this.clock = clock;
        this.ticker = ticker;
    }

    /** The tasks in this database, whose only server this is. */
    public static TaskRepository open(Database database, Clock clock, Ticker ticker) {
        database.migrate("tasks", VERSIONS);
        TaskRepository tasks = new TaskRepository(database, clock, ticker);
        database.write(sql -> sql.update(
                "UPDATE tasks SET status = 'failed', message = '', updated_at = ?, outcome = ? WHERE status ="
                        + " 'working'",
                clock.millis(),
                LOST));
        return tasks;
    }

    /** Makes a task that works; forgets those that are older than they are kept. */
    public Task create(String owner, String tool) {
        Instant now = Instant.ofEpochMilli(clock.millis());
        Task task = new Task(newId(), tool, now, new Task.State(TaskStatus.WORKING, "", now, Optional.empty()));
        return database.write(sql -> {
            forgetOld(sql, now);
            sql.afterCommit(() -> begun.put(task.id(), new Stopwatch(ticker, KEPT)));
            sql.update(
                    "INSERT INTO tasks (id, owner, tool, status, message, created_at, updated_at)"
                            + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    task.id(),
                    owner,
                    tool,
                    task.status().wireName(),
                    task.message(),
                    now.toEpochMilli(),
                    now.toEpochMilli());
            return task;
        });
    }

    private void forgetOld(SqlTransaction sql, Instant now) throws SQLException {
        List<String> old = sql.query(
                "SELECT id FROM tasks WHERE created_at < ? AND status <> 'working'",
                row -> row.text("id"),
                now.minus(KEPT).toEpochMilli());
        for (String id : old) {
            if (!begun.containsKey(id)) {
                sql.update("DELETE FROM tasks WHERE id = ?", id);
            }
        }
        for (Map.Entry<String, Stopwatch> one : begun.entrySet()) {
            if (one.getValue().passed()
                    && sql.update("DELETE FROM tasks WHERE id = ? AND status <> 'working'", one.getKey()) > 0) {
                sql.afterCommit(() -> begun.remove(one.getKey()));
            }
        }
    }

    /** The task of this id, if it is this owner's. */
    public Optional<Task> find(String owner, String id) {
        return database.read(sql -> sql.first(
                "SELECT " + COLUMNS + " FROM tasks WHERE id = ? AND owner = ?", TaskRepository::read, id, owner));
    }

    /** Ends a task that works; false when it has ended already, and then nothing is changed. */
    public boolean end(String id, TaskStatus status, String message, @Nullable String outcome) {
        return database.write(sql -> update(sql, id, status, message, outcome)) == 1;
    }

    private int update(SqlTransaction sql, String id, TaskStatus status, String message, @Nullable String outcome)
            throws SQLException {
        return sql.update(
                "UPDATE tasks SET status = ?, message = ?, updated_at = ?, outcome = ?"
                        + " WHERE id = ? AND status = 'working'",
                status.wireName(),
                message,
                clock.millis(),
                outcome,
                id);
    }

    private String newId() {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static Task read(SqlRow row) throws SQLException {
        return new Task(
                row.text("id"),
                row.text("tool"),
                row.time("created_at"),
                new Task.State(
                        TaskStatus.valueOf(row.text("status").toUpperCase(Locale.ROOT)),
                        row.text("message"),
                        row.time("updated_at"),
                        row.optionalText("outcome")));
    }
}

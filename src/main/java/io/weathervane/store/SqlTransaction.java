package io.weathervane.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The statements of one transaction; of no use after it. */
public final class SqlTransaction {
    private final StatementCache statements;
    private final List<Runnable> hooks = new ArrayList<>();
    private final List<Later> later = new ArrayList<>();
    private final Map<String, JsonBatchParameter> laterRows = new HashMap<>();
    private boolean ended;

    SqlTransaction(StatementCache statements) {
        this.statements = statements;
    }

    /** Reads one row. */
    @FunctionalInterface
    public interface Row<T> {
        T read(SqlRow row) throws SQLException;
    }

    /** A statement that was put off. */
    @FunctionalInterface
    private interface Later {
        int run() throws SQLException;
    }

    /**
     * Has a statement that changes rows run before the next one that reads or counts, or the end of the transaction:
     * what is computed in between is then computed without the write lock, where that is not taken at the beginning.
     */
    public void updateLater(String statement, @Nullable Object... values) {
        requireOpen();
        later.add(() -> runNow(statement, values, PreparedStatement::executeUpdate));
    }

    /**
     * The same for many rows: the statement runs once, with all rows that it was given as one value, an array of arrays to be
     * read by {@code json_each(?)}. The write lock is held for one call, whatever their number.
     *
     * @param row numbers and texts
     */
    public void updateForEachLater(String statement, @Nullable Object... row) {
        requireOpen();
        JsonBatchParameter rows = laterRows.get(statement);
        if (rows == null) {
            JsonBatchParameter fresh = new JsonBatchParameter();
            rows = fresh;
            laterRows.put(statement, fresh);
            later.add(() -> runNow(statement, new Object[] {fresh.text()}, PreparedStatement::executeUpdate));
        }
        rows.add(row);
    }

    /** Runs what was put off. */
    void runLater() throws SQLException {
        List<Later> due = List.copyOf(later);
        later.clear();
        laterRows.clear();
        for (Later one : due) {
            int unused = one.run();
        }
    }

    /** Runs a statement that changes rows; returns how many. */
    public int update(String statement, @Nullable Object... values) throws SQLException {
        return run(statement, values, PreparedStatement::executeUpdate);
    }

    public <T> List<T> query(String statement, Row<T> row, @Nullable Object... values) throws SQLException {
        return run(statement, values, prepared -> {
            try (ResultSet rows = prepared.executeQuery()) {
                SqlRow at = new SqlRow(rows);
                List<T> all = new ArrayList<>();
                while (rows.next()) {
                    all.add(row.read(at));
                }
                return List.copyOf(all);
            }
        });
    }

    /** The first row, if there is one. */
    public <T> Optional<T> first(String statement, Row<T> row, @Nullable Object... values) throws SQLException {
        return run(statement, values, prepared -> firstOf(prepared, row));
    }

    /** The same, without what was put off: for a table that nothing of that changes. */
    public <T> Optional<T> firstUnchanged(String statement, Row<T> row, @Nullable Object... values)
            throws SQLException {
        return runNow(statement, values, prepared -> firstOf(prepared, row));
    }

    private static <T> Optional<T> firstOf(PreparedStatement prepared, Row<T> row) throws SQLException {
        try (ResultSet rows = prepared.executeQuery()) {
            return rows.next() ? Optional.of(row.read(new SqlRow(rows))) : Optional.empty();
        }
    }

    /** Whether the query has a row. */
    public boolean exists(String query, @Nullable Object... values) throws SQLException {
        return first(query, row -> true, values).isPresent();
    }

    /** Runs the work once this transaction is committed and its lock released; never when it is undone. */
    public void afterCommit(Runnable work) {
        hooks.add(work);
    }

    List<Runnable> hooks() {
        return List.copyOf(hooks);
    }

    void end() {
        ended = true;
    }

    /** Use of a statement whose values are set. */
    @FunctionalInterface
    private interface Use<T> {
        T of(PreparedStatement prepared) throws SQLException;
    }

    private <T> T run(String statement, @Nullable Object[] values, Use<T> use) throws SQLException {
        runLater();
        return runNow(statement, values, use);
    }

    private void requireOpen() {
        if (ended) {
            throw new IllegalStateException("this transaction is over");
        }
    }

    private <T> T runNow(String statement, @Nullable Object[] values, Use<T> use) throws SQLException {
        requireOpen();
        PreparedStatement prepared = statements.take(statement);
        boolean done = false;
        try {
            for (int i = 0; i < values.length; i++) {
                prepared.setObject(i + 1, values[i]);
            }
            T result = use.of(prepared);
            done = true;
            return result;
        } finally {
            if (done) {
                statements.giveBack(statement, prepared);
            } else {
                prepared.close();
            }
        }
    }
}

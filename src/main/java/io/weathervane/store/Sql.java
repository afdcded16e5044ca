package io.weathervane.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The statements of one transaction; of no use after it. */
public final class Sql {
    private final Connection connection;
    private final List<Runnable> hooks = new ArrayList<>();
    private boolean ended;

    Sql(Connection connection) {
        this.connection = connection;
    }

    /** Reads one row. */
    @FunctionalInterface
    public interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Runs a statement that changes rows; returns how many. */
    public int update(String statement, @Nullable Object... values) throws SQLException {
        try (PreparedStatement prepared = prepare(statement, values)) {
            return prepared.executeUpdate();
        }
    }

    public <T> List<T> query(String statement, Row<T> row, @Nullable Object... values) throws SQLException {
        try (PreparedStatement prepared = prepare(statement, values);
                ResultSet rows = prepared.executeQuery()) {
            List<T> all = new ArrayList<>();
            while (rows.next()) {
                all.add(row.read(rows));
            }
            return List.copyOf(all);
        }
    }

    /** The first row, if there is one. */
    public <T> Optional<T> first(String statement, Row<T> row, @Nullable Object... values) throws SQLException {
        try (PreparedStatement prepared = prepare(statement, values);
                ResultSet rows = prepared.executeQuery()) {
            return rows.next() ? Optional.of(row.read(rows)) : Optional.empty();
        }
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

    private PreparedStatement prepare(String statement, @Nullable Object... values) throws SQLException {
        if (ended) {
            throw new IllegalStateException("the transaction of this Sql is over");
        }
        PreparedStatement prepared = connection.prepareStatement(statement);
        for (int i = 0; i < values.length; i++) {
            prepared.setObject(i + 1, values[i]);
        }
        return prepared;
    }
}

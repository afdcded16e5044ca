package io.weathervane.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The row that a query is at, read by the names of its columns; of no use once the query has gone on. */
public final class SqlRow {
    private final ResultSet rows;

    SqlRow(ResultSet rows) {
        this.rows = rows;
    }

    /** The text of a column that is never NULL. */
    public String text(String column) throws SQLException {
        String text = rows.getString(column);
        if (text == null) {
            throw new SQLException("column " + column + " is NULL");
        }
        return text;
    }

    /** The text of a column; empty when it is NULL. */
    public Optional<String> optionalText(String column) throws SQLException {
        return Optional.ofNullable(rows.getString(column));
    }

    /** The number of a column; 0 when it is NULL. */
    public long number(String column) throws SQLException {
        return rows.getLong(column);
    }

    /** The number of a column that counts what has a limit; 0 when it is NULL. */
    public int count(String column) throws SQLException {
        return rows.getInt(column);
    }

    /** The number of a column; empty when it is NULL. */
    public OptionalLong optionalNumber(String column) throws SQLException {
        long number = rows.getLong(column);
        return rows.wasNull() ? OptionalLong.empty() : OptionalLong.of(number);
    }

    /** Whether the number of a column is another than 0. */
    public boolean isSet(String column) throws SQLException {
        return rows.getBoolean(column);
    }

    /** The time of a column that has it in milliseconds since 1970. */
    public Instant time(String column) throws SQLException {
        return Instant.ofEpochMilli(number(column));
    }

    /** The time of a column that has it in milliseconds since 1970; empty when it is NULL. */
    public Optional<Instant> optionalTime(String column) throws SQLException {
        Instant time = time(column);
        return rows.wasNull() ? Optional.empty() : Optional.of(time);
    }

    /** Value of a column, whatever its type is: another program wrote it. */
    public @Nullable Object value(String column) throws SQLException {
        return rows.getObject(column);
    }
}

package io.weathervane.store;

import java.sql.SQLException;

/** Writes the records of one kind. */
@FunctionalInterface
public interface RecordKindWriter {
    /** Writes one, in the transaction of all that belongs to it. */
    void write(SqlTransaction sql, String body) throws SQLException;

    /** Runs the transaction; for those that have to hold a lock of their own meanwhile. */
    default void around(Runnable transaction) {
        transaction.run();
    }

    /** Hears that a record of this kind cannot be written yet. */
    default void failed(String why) {}
}

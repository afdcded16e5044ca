package io.weathervane.store;

import java.sql.SQLException;

/** Work to be done inside a transaction. */
@FunctionalInterface
public interface TransactionWork<T> {
    T run(SqlTransaction sql) throws SQLException;
}

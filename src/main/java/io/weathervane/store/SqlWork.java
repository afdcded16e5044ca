package io.weathervane.store;

import java.sql.SQLException;

/** Work to be done inside a transaction. */
@FunctionalInterface
public interface SqlWork<T> {
    T run(Sql sql) throws SQLException;
}

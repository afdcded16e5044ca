package io.weathervane.store;

import java.sql.SQLException;

/**
 * Writes further rows in the transaction that records a change, so that both are kept or neither is.
 *
 * @param <C> the change that the transaction records
 */
@FunctionalInterface
public interface SameTransactionWriter<C> {
    /** Writes nothing. */
    static <C> SameTransactionWriter<C> none() {
        return (sql, change) -> {};
    }

    /** Writes the rows; what it throws undoes the whole transaction. */
    void run(SqlTransaction sql, C change) throws SQLException;
}

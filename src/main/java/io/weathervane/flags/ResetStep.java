package io.weathervane.flags;

import io.weathervane.store.Sql;
import java.sql.SQLException;

/** What is done in the transaction of a reset, beside it. */
@FunctionalInterface
public interface ResetStep {
    /** For a reset that stands alone. */
    ResetStep NOTHING = (sql, engaged) -> {};

    /**
     * Does it; what it throws undoes the reset.
     *
     * @param engaged the kill switch as it is about to be reset
     */
    void run(Sql sql, KillSwitchStatus engaged) throws SQLException;
}

package io.weathervane.worker;

import io.weathervane.store.Sql;
import java.sql.SQLException;

/** What else is written in the transaction that records a switch; a throw undoes the record. */
@FunctionalInterface
public interface SwitchRecord {
    /** Nothing else. */
    SwitchRecord NOTHING = (sql, change) -> {};

    void in(Sql sql, Switch change) throws SQLException;
}

package io.weathervane.upgrade;

import io.weathervane.control.Consent;
import io.weathervane.control.RiskyChange;
import io.weathervane.store.Sql;
import java.sql.SQLException;
import java.util.function.Supplier;

/**
 * A word that was taken before the canary got its first real call. It holds for the promotion it was given for; what is
 * written with it is in that promotion's transaction.
 *
 * @param changed says which files have changed, when it comes to another promotion
 */
record TakenWord(String approver, String agreed, Supplier<String> changed, Alongside alongside) implements Consent {
    /** What is written in the transaction of the promotion. */
    interface Alongside {
        void write(Sql sql) throws SQLException;
    }

    @Override
    public void take(Sql sql, String change) throws SQLException {
        if (!change.equals(agreed)) {
            String what = changed.get();
            throw new UpgradeRefusedException(
                    (what.isEmpty() ? "" : what + " since the canary was started and compared. ")
                            + RiskyChange.mismatch(agreed, change));
        }
        alongside.write(sql);
    }
}

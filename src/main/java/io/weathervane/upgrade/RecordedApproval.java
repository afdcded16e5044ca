package io.weathervane.upgrade;

import io.weathervane.approval.ChangeApproval;
import io.weathervane.store.SqlTransaction;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Function;

/**
 * An approval that was taken before the canary got its first real call. It holds for the promotion it was given for; what is
 * written with it is in that promotion's transaction.
 *
 * @param whyOther says of another promotion why this approval does not hold for it; empty when it does
 */
record RecordedApproval(
        String approver, String approvedChange, Function<String, Optional<String>> whyOther, Alongside alongside)
        implements ChangeApproval {
    /** Further writes in the transaction of the promotion. */
    interface Alongside {
        void write(SqlTransaction sql) throws SQLException;
    }

    @Override
    public void take(SqlTransaction sql, String change) throws SQLException {
        Optional<String> why = change.equals(approvedChange) ? Optional.empty() : whyOther.apply(change);
        if (why.isPresent()) {
            throw new UpgradeRefusedException(why.get() + ". Run the upgrade again.");
        }
        alongside.write(sql);
    }
}

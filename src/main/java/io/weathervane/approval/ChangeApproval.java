package io.weathervane.approval;

import io.weathervane.store.SqlTransaction;
import java.sql.SQLException;

/** An approval of one risky change. It holds for that change and no other. */
public interface ChangeApproval {
    /** Person who answers for the change, for the audit. */
    String approver();

    /** Whether it is an approval, which can be requested again. */
    default boolean isApproval() {
        return false;
    }

    /**
     * Uses the approval up, in the transaction of the change: both are kept, or neither.
     *
     * @param change what is about to be committed, as {@link ChangeApprovalText} says it
     * @throws RuntimeException when the approval was given for something else; nothing is changed then
     */
    void take(SqlTransaction sql, String change) throws SQLException;
}

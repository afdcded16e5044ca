package io.weathervane.tool.builtin;

import io.weathervane.approval.Approval;
import io.weathervane.approval.ApprovalParty;
import io.weathervane.approval.ApprovalRequest;
import io.weathervane.approval.ApprovalService;
import io.weathervane.approval.ApprovalState;
import io.weathervane.approval.ChangeApproval;
import io.weathervane.store.SqlTransaction;
import io.weathervane.store.StoreException;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolFailureException;
import io.weathervane.tool.presentation.JsonFields;
import io.weathervane.util.SafeText;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Requests an approval from another person; the caller uses it by calling again with its id. */
final class FourEyesApproval implements ApprovalStrategy {
    private static final String ID = "approval_id";

    /** Arguments that say how to call, not what to do. */
    private static final List<String> NOT_BOUND = List.of(ID, "confirm", "dry_run", "wait");

    private final ApprovalService approvals;

    FourEyesApproval(ApprovalService approvals) {
        this.approvals = approvals;
    }

    @Override
    public ChangeApproval obtain(ToolCall call, RiskyCallDescription riskyCall) {
        requireName(call, riskyCall);
        ApprovalRequest wanted = request(call, riskyCall);
        Optional<String> id = ToolArguments.of(call).text(ID);
        if (id.isEmpty()) {
            throw new ToolFailureException(howToGoOn(approvals.request(wanted)));
        }
        Approval granted = approvals.usable(id.get(), wanted);
        return new Granted(approvals, granted, wanted);
    }

    /** A caller behind the name that all have could grant their own request under another. */
    private static void requireName(ToolCall call, RiskyCallDescription riskyCall) {
        if (call.caller().isAnonymous()) {
            throw new ToolFailureException(
                    "Nothing was done: in the production preset this needs another person's approval, so"
                            + " the requester must be known by name. Over HTTP that takes a token. Use"
                            + " scripts/weathervane call " + riskyCall.tool()
                            + ", or a token (scripts/weathervane token create --help).");
        }
    }

    private static ApprovalRequest request(ToolCall call, RiskyCallDescription riskyCall) {
        ObjectNode bound = call.arguments().deepCopy();
        bound.remove(NOT_BOUND);
        return new ApprovalRequest(
                whoCalls(call), riskyCall.tool(), riskyCall.change(), riskyCall.reason(), bound, riskyCall.runs());
    }

    static ApprovalParty whoCalls(ToolCall call) {
        return new ApprovalParty(call.caller().name(), call.caller().account());
    }

    private static String howToGoOn(Approval open) {
        ApprovalRequest asked = open.request();
        String same = asked.tool() + " again with the same arguments and approval_id \"" + open.id()
                + "\" (on the command line --approval-id " + open.id() + ").";
        String what = "Nothing was done yet: in the production preset this needs another person's approval. ";
        if (open.state() == ApprovalState.GRANTED) {
            return what + "Approval " + open.id() + " is granted"
                    + open.decidedBy()
                            .map(by -> " by " + SafeText.line(by.name()))
                            .orElse("")
                    + " and can be used until " + JsonFields.time(open.expiresAt()) + ". Call " + same;
        }
        return what + "Approval " + open.id() + " is pending until " + JsonFields.time(open.expiresAt()) + ": to "
                + asked.change() + ". Any caller with the role approver but "
                + SafeText.line(asked.requester().described())
                + " can grant it, with a token or as another OS user than the server's: scripts/weathervane call"
                + " approval_grant --id " + open.id() + " (or the tool approval_grant). Then call " + same;
    }

    @Override
    public boolean coversCommands() {
        return true;
    }

    @Override
    public String announcement() {
        return "The call itself needs another person's approval first (production preset): without approval_id it asks"
                + " for one.";
    }

    @Override
    public String afterRefusal(ToolCall call) {
        try {
            return ToolArguments.of(call)
                    .text(ID)
                    .flatMap(approvals::find)
                    .filter(approval -> approval.state() == ApprovalState.GRANTED)
                    .map(approval -> " Approval " + approval.id() + " was not used and stays good until "
                            + JsonFields.time(approval.expiresAt()) + ".")
                    .orElse("");
        } catch (StoreException e) {
            return " Whether the approval can still be used is unknown while the database does not answer.";
        }
    }

    /** Used up in the transaction of what it was granted for. */
    private record Granted(ApprovalService approvals, Approval approval, ApprovalRequest wanted)
            implements ChangeApproval {
        @Override
        public boolean isApproval() {
            return true;
        }

        @Override
        public String approver() {
            return approval.decidedBy().orElseThrow().name();
        }

        @Override
        public void take(SqlTransaction sql, String change) throws SQLException {
            approvals.use(sql, approval.id(), wanted.comingTo(change));
        }
    }
}

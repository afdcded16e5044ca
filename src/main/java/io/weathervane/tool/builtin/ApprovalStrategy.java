package io.weathervane.tool.builtin;

import io.weathervane.approval.ApprovalService;
import io.weathervane.approval.ChangeApproval;
import io.weathervane.tool.ToolCall;

/** Obtains the approval of a risky call. */
public interface ApprovalStrategy {
    /**
     * The approval for this call, not taken yet.
     *
     * @throws io.weathervane.tool.ToolFailureException when it is not given, saying what would help
     */
    ChangeApproval obtain(ToolCall call, RiskyCallDescription riskyCall);

    /** Whether a call that supplies a command needs this as well, before anything of it runs. */
    boolean coversCommands();

    /** Sentence about the approval for a dry run. */
    String announcement();

    /** Sentence about the approval that a refused call came with, to be added to the refusal; may be empty. */
    String afterRefusal(ToolCall call);

    /** The client's user: by elicitation, or by an argument when the client cannot ask. */
    static ApprovalStrategy fromClientUser() {
        return new UserApproval();
    }

    /** An approver other than the caller (production). */
    static ApprovalStrategy fromSecondPerson(ApprovalService approvals) {
        return new FourEyesApproval(approvals);
    }
}

package io.weathervane.tool.builtin;

import io.weathervane.approval.ChangeApproval;
import io.weathervane.approval.ChangeApprovalText;
import io.weathervane.jsonrpc.InputRequest;
import io.weathervane.store.SqlTransaction;
import io.weathervane.tool.CallChannel;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolFailureException;
import io.weathervane.util.SafeText;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Asks the client's user for approval. A client that cannot ask states the approval in the arguments. */
final class UserApproval implements ApprovalStrategy {
    @Override
    public ChangeApproval obtain(ToolCall call, RiskyCallDescription riskyCall) {
        if (call.channel().canAsk(InputRequest.Kind.ELICITATION)) {
            return asked(call, riskyCall);
        }
        String approver = riskyCall
                .approver()
                .name()
                .orElseThrow(() -> new ToolFailureException(riskyCall.approver().howToState()));
        return new Given(approver, riskyCall.change());
    }

    /** An approver that is named as well is kept: the user confirms that too. */
    private static ChangeApproval asked(ToolCall call, RiskyCallDescription riskyCall) {
        CallChannel channel = call.channel();
        String message = "Agree to this? It would " + riskyCall.change() + ".\n"
                + "Tool: " + riskyCall.tool() + ", called by "
                + SafeText.line(call.caller().name()) + ".\n"
                + "Reason given: " + SafeText.quoted(riskyCall.reason()) + "\n"
                + Stream.concat(riskyCall.runs().stream(), riskyCall.facts().stream())
                        .collect(Collectors.joining("\n"));
        ConfirmationQuestion.of(riskyCall.change(), message).require(channel, riskyCall.tool());
        String confirmed = call.caller().name() + " by elicitation";
        return new Given(
                ToolArguments.of(call)
                        .text("approver")
                        .map(named -> named + ", confirmed by " + confirmed)
                        .orElse(confirmed),
                riskyCall.change());
    }

    @Override
    public boolean coversCommands() {
        return false;
    }

    @Override
    public String announcement() {
        return "The call itself asks the client's user to agree.";
    }

    @Override
    public String afterRefusal(ToolCall call) {
        return "";
    }

    /** Holds for what was shown, which may have changed while the user thought about it. */
    private record Given(String approver, String change) implements ChangeApproval {
        @Override
        public void take(SqlTransaction sql, String now) {
            if (!ChangeApprovalText.covers(change, now)) {
                throw new ToolFailureException("Nothing was done. " + ChangeApprovalText.mismatch(change, now));
            }
        }
    }
}

package io.weathervane.tool.builtin;

import io.weathervane.approval.ChangeApproval;
import io.weathervane.contract.DriftedTool;
import io.weathervane.contract.enforcement.ContractApprovalPlan;
import io.weathervane.contract.enforcement.ContractInForce;
import io.weathervane.contract.enforcement.ContractRefusedException;
import io.weathervane.contract.enforcement.ServiceContract;
import io.weathervane.tool.SchemaCatalog;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolFailureException;
import io.weathervane.tool.ToolResult;
import io.weathervane.tool.presentation.JsonFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/** {@code contract_approve}: tools that break a service's contract are called again as they are now. */
public final class ContractApproveTool implements RiskyTool {
    private static final String HOW_TO_STATE = "confirm is required: this client cannot ask its user, so confirm: true"
            + " has to say that a person approved this. With dry_run it shows what would be approved. Nothing was"
            + " approved.";

    private final ToolDefinition definition;
    private final ContractInForce contract;
    private final ApprovalStrategy approvals;

    /** @param contract of the service */
    public ContractApproveTool(SchemaCatalog schemas, ContractInForce contract, ApprovalStrategy approvals) {
        this.definition = schemas.definition("contract_approve");
        this.contract = contract;
        this.approvals = approvals;
    }

    @Override
    public ToolDefinition definition() {
        return definition;
    }

    @Override
    public ToolResult call(ToolCall call) {
        ToolArguments arguments = ToolArguments.of(call);
        ServiceContract known = contract();
        Optional<String> tool = arguments.text("tool");
        ContractApprovalPlan plan = known.plan(tool);
        if (arguments.isDryRun()) {
            return answer(
                    "Nothing was changed (dry run). It would " + plan.change() + ". " + approvals.announcement(),
                    plan,
                    /* dryRun= */ true);
        }
        String reason = arguments.reasonOr("Approved");
        ChangeApproval approval = approvals.obtain(call, proposal(arguments, plan, reason));
        ContractApprovalPlan done = known.approve(tool, arguments.actor(), reason, approval);
        return answer(
                "Approved as they are now: "
                        + done.tools().stream().map(DriftedTool::tool).collect(Collectors.joining(", "))
                        + ". A further change of them is refused again.",
                done,
                /* dryRun= */ false);
    }

    private ServiceContract contract() {
        return contract.now()
                .orElseThrow(() -> new ToolFailureException("This service has no contract: name a file with"
                        + " `contract: {file, onDrift}` in its configuration. Nothing was approved."));
    }

    private RiskyCallDescription proposal(ToolArguments arguments, ContractApprovalPlan plan, String reason) {
        return new RiskyCallDescription(
                definition.name(),
                plan.change(),
                reason,
                List.of(),
                plan.tools().stream().map(DriftedTool::line).toList(),
                arguments.confirmedBy(HOW_TO_STATE));
    }

    @Override
    public List<String> facts(ObjectNode arguments) {
        try {
            ContractApprovalPlan plan =
                    contract().plan(new ToolArguments(arguments, io.weathervane.audit.Actor.SYSTEM).text("tool"));
            List<String> facts = new ArrayList<>();
            facts.add("now it would " + plan.change());
            plan.tools().forEach(tool -> facts.add(tool.line()));
            return facts;
        } catch (ContractRefusedException | ToolFailureException e) {
            return List.of("now it would be refused: " + e.getMessage());
        }
    }

    private static ToolResult answer(String text, ContractApprovalPlan plan, boolean dryRun) {
        ObjectNode answer = JsonFields.object().put("approved", !dryRun);
        plan.tools().forEach(tool -> answer.withArray("tools").add(tool.toJson()));
        return ToolResult.of(
                text + plan.tools().stream().map(tool -> "\n  " + tool.line()).collect(Collectors.joining()), answer);
    }
}

package io.weathervane.tool.builtin;

import io.weathervane.approval.ChangeApproval;
import io.weathervane.approval.ChangeApprovalText;
import io.weathervane.contract.enforcement.ContractInForce;
import io.weathervane.contract.enforcement.ServiceContract;
import io.weathervane.rollback.ActionRefusedException;
import io.weathervane.rollback.PromotionResult;
import io.weathervane.rollback.RollbackMonitor;
import io.weathervane.tool.SchemaCatalog;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolFailureException;
import io.weathervane.tool.ToolResult;
import io.weathervane.tool.presentation.JsonFields;
import io.weathervane.worker.ReleaseFingerprint;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/** {@code worker_promote}: the canary becomes the active worker, and is watched from then on. */
public final class WorkerPromoteTool implements RiskyTool {
    private static final String HOW_TO_STATE = "confirm is required: this client cannot ask its user, so confirm: true"
            + " has to say that a person approved this promotion. With dry_run it shows what would happen. Nothing was"
            + " promoted.";

    private final ToolDefinition definition;
    private final RollbackMonitor monitor;
    private final ContractInForce contract;
    private final ApprovalStrategy approvals;

    /** @param contract that which the canary has to keep */
    public WorkerPromoteTool(
            SchemaCatalog schemas, RollbackMonitor monitor, ContractInForce contract, ApprovalStrategy approvals) {
        this.definition = schemas.definition("worker_promote");
        this.monitor = monitor;
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
        PromotionResult plan = plan();
        if (arguments.isDryRun()) {
            return answer(plan);
        }
        ChangeApproval approval = approvals.obtain(call, proposal(arguments, plan, monitor.candidate()));
        return answer(monitor.promote(arguments.actor(), reason(arguments), approval));
    }

    private PromotionResult plan() {
        PromotionResult plan = monitor.promotionPlan();
        contract.now().flatMap(ServiceContract::promotionRefusal).ifPresent(why -> {
            throw new ToolFailureException("Nothing was promoted: " + why + ".");
        });
        return plan;
    }

    private RiskyCallDescription proposal(ToolArguments arguments, PromotionResult plan, ReleaseFingerprint candidate) {
        return new RiskyCallDescription(
                definition.name(),
                ChangeApprovalText.promotion(plan.from(), plan.to(), candidate.sha256()),
                reason(arguments),
                ApprovalCommandSanitizer.shown(candidate.lines()),
                lines(plan),
                arguments.confirmedBy(HOW_TO_STATE));
    }

    private static String reason(ToolArguments arguments) {
        return arguments.reasonOr("Promoted");
    }

    @Override
    public List<String> facts(ObjectNode arguments) {
        try {
            PromotionResult plan = plan();
            List<String> facts = new ArrayList<>();
            facts.add("now it would "
                    + ChangeApprovalText.promotion(
                            plan.from(), plan.to(), monitor.candidate().sha256()));
            facts.addAll(lines(plan));
            return facts;
        } catch (ActionRefusedException | ToolFailureException e) {
            return List.of("now it would be refused: " + e.getMessage());
        }
    }

    private static List<String> lines(PromotionResult plan) {
        return List.of("kill switch: off", "steps: " + String.join("; ", plan.plan()));
    }

    private ToolResult answer(PromotionResult result) {
        ObjectNode answer = JsonFields.object()
                .put("promoted", result.promoted())
                .put("dryRun", result.dryRun())
                .put("to", result.to());
        JsonFields.putOptional(answer, "promotionId", result.promotionId());
        JsonFields.putOptional(answer, "from", result.from());
        JsonFields.putOptional(
                answer, "monitoringUntil", result.monitoringUntil().map(JsonFields::time));
        JsonFields.putTexts(answer, "plan", result.plan());
        return ToolResult.of(text(result), answer);
    }

    private String text(PromotionResult result) {
        if (!result.promoted()) {
            return ToolResultText.wouldDo(result.plan()) + " " + approvals.announcement();
        }
        return result.to() + " is the active worker"
                + result.from()
                        .map(from -> ", " + from + " stays ready for a rollback")
                        .orElse("")
                + ". Promotion " + result.promotionId().orElse("") + " is watched"
                + result.monitoringUntil()
                        .map(until -> " until " + JsonFields.time(until))
                        .orElse("")
                + "; monitor_status shows how it goes"
                + result.notes().stream().map(note -> "; " + note).collect(Collectors.joining())
                + ".";
    }
}

package io.weathervane.tool.builtin;

import io.weathervane.rollback.RollbackMonitor;
import io.weathervane.rollback.RollbackResult;
import io.weathervane.tool.SchemaCatalog;
import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolResult;
import io.weathervane.tool.presentation.JsonFields;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code worker_rollback}: the previous worker back, now; no approval needed. */
public final class WorkerRollbackTool implements Tool {
    private final ToolDefinition definition;
    private final RollbackMonitor monitor;

    public WorkerRollbackTool(SchemaCatalog schemas, RollbackMonitor monitor) {
        this.definition = schemas.definition("worker_rollback");
        this.monitor = monitor;
    }

    @Override
    public ToolDefinition definition() {
        return definition;
    }

    @Override
    public boolean makesSafe(ObjectNode arguments) {
        return true;
    }

    @Override
    public boolean canMakeSafe() {
        return true;
    }

    @Override
    public ToolResult call(ToolCall call) {
        ToolArguments arguments = ToolArguments.of(call);
        RollbackResult result = arguments.isDryRun()
                ? monitor.rollbackPlan()
                : monitor.rollback(arguments.actor(), arguments.reasonOr("Manual rollback"));
        return ToolResult.of(text(result), node(result));
    }

    private static ObjectNode node(RollbackResult result) {
        ObjectNode answer =
                JsonFields.object().put("rolledBack", result.rolledBack()).put("dryRun", result.dryRun());
        JsonFields.putOptional(answer, "from", result.from());
        answer.put("to", result.to());
        result.verified().ifPresentOrElse(ok -> answer.put("verified", ok), () -> answer.putNull("verified"));
        ArrayNode steps = answer.putArray("steps");
        result.steps()
                .forEach(step -> steps.addObject()
                        .put("step", step.step())
                        .put("outcome", step.outcome())
                        .put("detail", step.detail())
                        .put("tookMs", step.tookMs()));
        JsonFields.putTexts(answer, "plan", result.plan());
        return answer;
    }

    private static String text(RollbackResult result) {
        if (result.dryRun()) {
            return ToolResultText.wouldDo(result.plan());
        }
        String head = "Rolled back: " + result.to() + " is the active worker again"
                + (result.verified().orElse(false) ? " and answers." : ", but it has NOT answered its probe yet.");
        String steps = result.steps().stream()
                .map(step -> step.step() + ": " + step.outcome() + ", " + step.detail())
                .collect(Collectors.joining("\n"));
        return head + "\n" + steps;
    }
}

package io.weathervane.tool.builtin;

import io.weathervane.control.PromotionResult;
import io.weathervane.control.RollbackMonitor;
import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolResult;
import tools.jackson.databind.node.ObjectNode;

/** {@code worker_promote}: the canary becomes the active worker, and is watched from then on. */
public final class WorkerPromoteTool implements Tool {
    private final ToolDefinition definition;
    private final RollbackMonitor monitor;

    public WorkerPromoteTool(ToolDefinition definition, RollbackMonitor monitor) {
        this.definition = definition;
        this.monitor = monitor;
    }

    @Override
    public ToolDefinition definition() {
        return definition;
    }

    @Override
    public ToolResult call(ToolCall call) {
        Arguments arguments = Arguments.of(call);
        PromotionResult result = arguments.isDryRun()
                ? monitor.promotionPlan()
                : monitor.promote(arguments.actor(), arguments.reasonOr("Promoted"));
        ObjectNode answer = Json.object()
                .put("promoted", result.promoted())
                .put("dryRun", result.dryRun())
                .put("to", result.to());
        Json.putOptional(answer, "promotionId", result.promotionId());
        Json.putOptional(answer, "from", result.from());
        Json.putOptional(answer, "monitoringUntil", result.monitoringUntil().map(Json::time));
        Json.putTexts(answer, "plan", result.plan());
        return ToolResult.of(text(result), answer);
    }

    private static String text(PromotionResult result) {
        if (!result.promoted()) {
            return Json.wouldDo(result.plan());
        }
        return result.to() + " is the active worker"
                + result.from()
                        .map(from -> ", " + from + " stays ready for a rollback")
                        .orElse("")
                + ". Promotion " + result.promotionId().orElse("") + " is watched"
                + result.monitoringUntil()
                        .map(until -> " until " + Json.time(until))
                        .orElse("")
                + "; monitor_status shows how it goes.";
    }
}

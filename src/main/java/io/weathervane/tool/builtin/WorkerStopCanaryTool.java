package io.weathervane.tool.builtin;

import io.weathervane.rollback.RollbackMonitor;
import io.weathervane.tool.SchemaCatalog;
import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolFailureException;
import io.weathervane.tool.ToolResult;
import io.weathervane.tool.presentation.JsonFields;
import io.weathervane.worker.WorkerManager;
import io.weathervane.worker.WorkerView;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** {@code worker_stop_canary}: takes the canary away; the active worker is not touched. */
public final class WorkerStopCanaryTool implements Tool {
    private final ToolDefinition definition;
    private final RollbackMonitor monitor;
    private final WorkerManager workers;

    public WorkerStopCanaryTool(SchemaCatalog schemas, RollbackMonitor monitor, WorkerManager workers) {
        this.definition = schemas.definition("worker_stop_canary");
        this.monitor = monitor;
        this.workers = workers;
    }

    @Override
    public ToolDefinition definition() {
        return definition;
    }

    @Override
    public boolean isSafeOperation(ObjectNode arguments) {
        return true;
    }

    @Override
    public boolean hasSafeOperation() {
        return true;
    }

    @Override
    public ToolResult call(ToolCall call) {
        ToolArguments arguments = ToolArguments.of(call);
        boolean dryRun = arguments.isDryRun();
        WorkerView canary = dryRun
                ? workers.view()
                        .canary()
                        .orElseThrow(
                                () -> new ToolFailureException("There is no canary; worker_start_canary starts one."))
                : monitor.stopCanary(arguments.actor(), arguments.reasonOr("Stopped"));
        List<String> plan = List.of("stop canary " + canary.label() + ", " + canary.where());
        ObjectNode answer = JsonFields.object().put("stopped", !dryRun).put("dryRun", dryRun);
        JsonFields.putTexts(answer, "plan", plan);
        return ToolResult.of(
                dryRun
                        ? ToolResultText.wouldDo(plan)
                        : "Canary " + canary.label() + ", " + canary.where()
                                + ", is stopped; the active worker goes on.",
                answer);
    }
}

package io.weathervane.tool.builtin;

import io.weathervane.rollback.RollbackMonitor;
import io.weathervane.tool.SchemaCatalog;
import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolFailureException;
import io.weathervane.tool.ToolResult;
import io.weathervane.tool.presentation.JsonFields;
import io.weathervane.tool.presentation.WorkerJson;
import io.weathervane.util.NearestWord;
import io.weathervane.worker.WorkerManager;
import io.weathervane.worker.WorkerView;
import io.weathervane.worker.WorkersView;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** {@code worker_start_canary}: a configured release beside the active worker, without calls. */
public final class WorkerStartCanaryTool implements Tool {
    private final ToolDefinition definition;
    private final RollbackMonitor monitor;
    private final WorkerManager workers;

    public WorkerStartCanaryTool(SchemaCatalog schemas, RollbackMonitor monitor, WorkerManager workers) {
        this.definition = schemas.definition("worker_start_canary");
        this.monitor = monitor;
        this.workers = workers;
    }

    @Override
    public ToolDefinition definition() {
        return definition;
    }

    @Override
    public ToolResult call(ToolCall call) {
        ToolArguments arguments = ToolArguments.of(call);
        String release = arguments.text("release").orElse("");
        if (arguments.isDryRun()) {
            return preview(release, workers.view());
        }
        WorkerView canary = monitor.startCanary(arguments.actor(), release);
        ObjectNode answer = JsonFields.object().put("started", true).put("dryRun", false);
        answer.set("canary", WorkerJson.of(canary));
        return ToolResult.of(
                "Canary " + canary.label() + " is running, " + canary.where()
                        + ". It gets no calls until worker_promote.",
                answer);
    }

    private static ToolResult preview(String release, WorkersView view) {
        if (!view.releases().contains(release)) {
            throw new ToolFailureException("There is no release \"" + release + "\" in the configuration. There are: "
                    + String.join(", ", view.releases())
                    + NearestWord.to(release, view.releases())
                            .map(near -> ". Did you mean " + near + "?")
                            .orElse("."));
        }
        view.canary().ifPresent(canary -> {
            throw new ToolFailureException(
                    "Canary " + canary.label() + " is running already; worker_stop_canary stops it.");
        });
        List<String> plan = List.of(
                "start release " + release + " beside "
                        + view.active().map(WorkerView::label).orElse("no active worker"),
                "wait until it answers; it gets no calls");
        ObjectNode answer = JsonFields.object().put("started", false).put("dryRun", true);
        JsonFields.putTexts(answer, "plan", plan);
        return ToolResult.of(ToolResultText.wouldDo(plan), answer);
    }
}

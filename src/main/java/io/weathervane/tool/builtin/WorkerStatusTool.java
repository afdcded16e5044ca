package io.weathervane.tool.builtin;

import io.weathervane.block.BlockedCalls;
import io.weathervane.block.CallBlocks;
import io.weathervane.failure.FailureReport;
import io.weathervane.tool.SchemaCatalog;
import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolResult;
import io.weathervane.tool.presentation.BlockJson;
import io.weathervane.tool.presentation.FailureReportFields;
import io.weathervane.tool.presentation.ShownWorkers;
import tools.jackson.databind.node.ObjectNode;

/** {@code worker_status}: active, canary, previous, and what their calls failed with. */
public final class WorkerStatusTool implements Tool {
    private final ToolDefinition definition;
    private final ShownWorkers workers;
    private final CallBlocks blocks;

    public WorkerStatusTool(SchemaCatalog schemas, ShownWorkers workers, CallBlocks blocks) {
        this.definition = schemas.definition("worker_status");
        this.workers = workers;
        this.blocks = blocks;
    }

    @Override
    public ToolDefinition definition() {
        return definition;
    }

    @Override
    public ToolResult call(ToolCall call) {
        ShownWorkers.Seen seen = workers.look();
        FailureReport failures = workers.failures();
        ObjectNode node = seen.json();
        node.set("failures", FailureReportFields.json(failures));
        BlockedCalls blocked = blocks.of(workers.service());
        BlockJson.add(node, blocked);
        String text = seen.text() + BlockJson.text(blocked) + FailureReportFields.text(failures);
        return ToolResult.of(text, node);
    }
}

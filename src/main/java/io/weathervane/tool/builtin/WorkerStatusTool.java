package io.weathervane.tool.builtin;

import io.weathervane.block.CallBlocks;
import io.weathervane.failure.FailureReport;
import io.weathervane.tool.SchemaCatalog;
import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolResult;
import io.weathervane.tool.presentation.BlockJson;
import io.weathervane.tool.presentation.FailureReportFields;
import io.weathervane.tool.presentation.WorkerJson;
import io.weathervane.tool.presentation.WorkerText;
import io.weathervane.worker.WorkerManager;
import io.weathervane.worker.WorkersView;
import tools.jackson.databind.node.ObjectNode;

/** {@code worker_status}: active, canary, previous, and what their calls failed with. */
public final class WorkerStatusTool implements Tool {
    private final ToolDefinition definition;
    private final WorkerManager workers;
    private final CallBlocks blocks;

    public WorkerStatusTool(SchemaCatalog schemas, WorkerManager workers, CallBlocks blocks) {
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
        WorkersView view = workers.view();
        FailureReport failures = workers.failures();
        ObjectNode node = WorkerJson.of(view);
        node.set("failures", FailureReportFields.json(failures));
        String service = workers.service().value();
        BlockJson.add(node, blocks.of(service));
        String text = WorkerText.of(view) + BlockJson.text(blocks.of(service)) + FailureReportFields.text(failures);
        return ToolResult.of(text, node);
    }
}

package io.weathervane.tool.builtin;

import io.weathervane.block.BlockResult;
import io.weathervane.block.BlockScope;
import io.weathervane.block.CallBlocks;
import io.weathervane.block.EndedWork;
import io.weathervane.tool.SchemaCatalog;
import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolResult;
import io.weathervane.tool.presentation.BlockJson;
import io.weathervane.tool.presentation.JsonFields;
import java.util.List;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/** {@code calls_block}: stops calls of workers' tools, now, in every session; no approval. */
public final class CallsBlockTool implements Tool {
    private final ToolDefinition definition;
    private final CallBlocks blocks;
    private final Supplier<List<String>> services;

    /** @param services of this server, by their names */
    public CallsBlockTool(SchemaCatalog schemas, CallBlocks blocks, Supplier<List<String>> services) {
        this.definition = schemas.definition("calls_block");
        this.blocks = blocks;
        this.services = services;
    }

    @Override
    public ToolDefinition definition() {
        return definition;
    }

    @Override
    public boolean needsWorkers() {
        return false;
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
        BlockScope scope = new BlockScopeArguments(arguments, services.get()).required();
        boolean cancel = arguments.text("in_flight").orElse("finish").equals("cancel");
        BlockResult result = blocks.block(scope, arguments.reasonOr("Blocked"), arguments.actor(), cancel);
        ObjectNode answer = JsonFields.object()
                .put("id", scope.text())
                .put("alreadyBlocked", result.alreadyBlocked())
                .put("cancelled", result.ended().calls())
                .put("cancelledTasks", result.ended().tasks())
                .put("durable", result.notDurableBecause().isEmpty());
        answer.set("blocks", BlockJson.of(blocks.all()));
        String text = (result.alreadyBlocked() ? "Blocked already: " : "Done. ") + BlockJson.line(result.block()) + "."
                + (cancel ? ended(result.ended()) : "")
                + result.notDurableBecause()
                        .map(why -> " Warning: in effect in this server and not in the database yet (" + why
                                + "); the write is tried again until it succeeds.")
                        .orElse("");
        return ToolResult.of(text, answer);
    }

    private static String ended(EndedWork ended) {
        return " Calls in flight that were ended: " + ended.calls() + "."
                + (ended.tasks() == 0 ? "" : " Tasks that their workers were told to end: " + ended.tasks() + ".");
    }
}

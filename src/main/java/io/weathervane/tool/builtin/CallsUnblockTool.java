package io.weathervane.tool.builtin;

import io.weathervane.approval.ChangeApproval;
import io.weathervane.block.BlockScope;
import io.weathervane.block.CallBlock;
import io.weathervane.block.CallBlocks;
import io.weathervane.tool.SchemaCatalog;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolFailureException;
import io.weathervane.tool.ToolResult;
import io.weathervane.tool.presentation.BlockJson;
import io.weathervane.tool.presentation.JsonFields;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/** {@code calls_unblock}: lets blocked calls through again, with an approval; without saying which, lists the blocks. */
public final class CallsUnblockTool implements RiskyTool {
    private final ToolDefinition definition;
    private final CallBlocks blocks;
    private final Supplier<List<String>> services;
    private final ApprovalStrategy approvals;

    /** @param services of this server, by their names */
    public CallsUnblockTool(
            SchemaCatalog schemas, CallBlocks blocks, Supplier<List<String>> services, ApprovalStrategy approvals) {
        this.definition = schemas.definition("calls_unblock");
        this.blocks = blocks;
        this.services = services;
        this.approvals = approvals;
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
    public ToolResult call(ToolCall call) {
        ToolArguments arguments = ToolArguments.of(call);
        Optional<BlockScope> scope = new BlockScopeArguments(arguments, services.get()).scope();
        if (scope.isEmpty()) {
            return answer(listed(), /* unblocked= */ false);
        }
        CallBlock block = blocks.find(scope.get())
                .orElseThrow(() -> new ToolFailureException(
                        "There is no block " + scope.get().text() + ". Nothing was changed. " + listed()));
        String reason = arguments
                .text("reason")
                .filter(text -> !text.isBlank())
                .orElseThrow(() -> new ToolFailureException(
                        "reason is required: lifting a block needs a reason and an approver. The block stays."));
        ChangeApproval approval = approvals.obtain(call, description(arguments, reason, block));
        ObjectNode details = JsonFields.object().put("reason", reason);
        arguments.text("approver").ifPresent(name -> details.put("approver", name));
        blocks.unblock(scope.get(), arguments.actor(), details, (sql, now) -> approval.take(sql, change(now)));
        return answer("Done. Calls are let through again: " + block.scope().inWords() + ". " + listed(), true);
    }

    private RiskyCallDescription description(ToolArguments arguments, String reason, CallBlock block) {
        return new RiskyCallDescription(
                definition.name(),
                change(block),
                reason,
                List.of(),
                List.of(BlockJson.line(block)),
                new RiskyCallDescription.StatedApprover(
                        arguments.text("approver").filter(name -> !name.isBlank()),
                        "approver is required: this client cannot ask its user, so it has to name who approved it. The"
                                + " block stays."));
    }

    private static String change(CallBlock block) {
        return "unblock " + block.scope().text() + ", blocked since "
                + block.at().truncatedTo(ChronoUnit.MILLIS) + " by " + block.actor();
    }

    @Override
    public List<String> facts(ObjectNode arguments) {
        return blocks.all().stream().map(BlockJson::line).toList();
    }

    private String listed() {
        List<CallBlock> all = blocks.all();
        return all.isEmpty()
                ? "No calls are blocked."
                : all.stream().map(BlockJson::line).collect(Collectors.joining("\n"));
    }

    private ToolResult answer(String text, boolean unblocked) {
        ObjectNode answer = JsonFields.object().put("unblocked", unblocked);
        answer.set("blocks", BlockJson.of(blocks.all()));
        return ToolResult.of(text, answer);
    }
}

package io.weathervane.tool.builtin;

import io.weathervane.tool.SchemaCatalog;
import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolResult;
import io.weathervane.upgrade.UpgradeManager;
import tools.jackson.databind.node.ObjectNode;

/** {@code upgrade_abort}: stops the upgrade under way, and answers when nothing of it is left. */
public final class UpgradeAbortTool implements Tool {
    private final ToolDefinition definition;
    private final UpgradeManager upgrades;

    public UpgradeAbortTool(SchemaCatalog schemas, UpgradeManager upgrades) {
        this.definition = schemas.definition("upgrade_abort");
        this.upgrades = upgrades;
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
        return UpgradeToolResult.of(upgrades.abort(arguments.text("id"), arguments.actor(), arguments.text("reason")));
    }
}

package io.weathervane.tool.builtin;

import io.weathervane.tool.SchemaCatalog;
import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolFailureException;
import io.weathervane.tool.ToolResult;
import io.weathervane.upgrade.UpgradeManager;
import io.weathervane.util.SafeText;
import java.util.Optional;

/** {@code upgrade_status}: the upgrade under way, or the last one, or one by its name. */
public final class UpgradeStatusTool implements Tool {
    private final ToolDefinition definition;
    private final UpgradeManager upgrades;

    public UpgradeStatusTool(SchemaCatalog schemas, UpgradeManager upgrades) {
        this.definition = schemas.definition("upgrade_status");
        this.upgrades = upgrades;
    }

    @Override
    public ToolDefinition definition() {
        return definition;
    }

    @Override
    public ToolResult call(ToolCall call) {
        Optional<String> id = ToolArguments.of(call).text("id");
        return upgrades.status(id).map(UpgradeToolResult::of).orElseGet(() -> {
            if (id.isPresent()) {
                throw new ToolFailureException("There was no upgrade " + SafeText.line(id.get()) + ".");
            }
            return UpgradeToolResult.none();
        });
    }
}

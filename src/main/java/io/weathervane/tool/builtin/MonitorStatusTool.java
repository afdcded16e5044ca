package io.weathervane.tool.builtin;

import io.weathervane.tool.SchemaCatalog;
import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolResult;
import io.weathervane.tool.presentation.MonitorSnapshot;
import io.weathervane.tool.presentation.MonitorSnapshotSource;

/** {@code monitor_status}: is the promotion healthy, and by which rules. */
public final class MonitorStatusTool implements Tool {
    private static final int CHECKS_DEFAULT = 5;

    private final ToolDefinition definition;
    private final MonitorSnapshotSource source;

    public MonitorStatusTool(SchemaCatalog schemas, MonitorSnapshotSource source) {
        this.definition = schemas.definition("monitor_status");
        this.source = source;
    }

    @Override
    public ToolDefinition definition() {
        return definition;
    }

    @Override
    public ToolResult call(ToolCall call) {
        int checks = ToolArguments.of(call).integer("checks", CHECKS_DEFAULT);
        MonitorSnapshot seen = source.now();
        return ToolResult.of(seen.text(checks), seen.json(checks));
    }
}

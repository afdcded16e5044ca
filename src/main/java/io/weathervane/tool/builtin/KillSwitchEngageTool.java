package io.weathervane.tool.builtin;

import io.weathervane.flags.EngageResult;
import io.weathervane.flags.LiveFlags;
import io.weathervane.tool.SchemaCatalog;
import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolResult;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** {@code kill_switch_engage}: the safe direction, one step, no approval (runbook part 2). */
public final class KillSwitchEngageTool implements Tool {
    private final ToolDefinition definition;
    private final LiveFlags flags;

    public KillSwitchEngageTool(SchemaCatalog schemas, LiveFlags flags) {
        this.definition = schemas.definition("kill_switch_engage");
        this.flags = flags;
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
        String reason = arguments.reasonOr("Manual emergency stop");
        EngageResult engagement = flags.engage(reason, arguments.actor(), Optional.empty());
        ObjectNode answer = ToolResultFields.object()
                .put("alreadyEngaged", engagement.alreadyEngaged())
                .put("epoch", engagement.epoch());
        answer.put("durable", engagement.status().durable());
        answer.set("killSwitch", ToolResultFields.killSwitch(engagement.status()));
        ToolResultFields.putOptional(answer, "warning", engagement.warning());
        String text = (engagement.alreadyEngaged() ? "It was on already. " : "Done. ")
                + ToolResultFields.sentence(engagement.status())
                + " Every live flag has its safe default; promotions are refused."
                + engagement.warning().map(why -> " Warning: " + why).orElse("");
        return ToolResult.of(text, answer);
    }
}

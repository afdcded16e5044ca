package io.weathervane.tool.builtin;

import io.weathervane.flags.EngageResult;
import io.weathervane.flags.LiveFlags;
import io.weathervane.tool.SchemaCatalog;
import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolResult;
import io.weathervane.tool.presentation.JsonFields;
import io.weathervane.tool.presentation.KillSwitchJson;
import io.weathervane.tool.presentation.KillSwitchText;
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
        EngageResult engageResult = flags.engage(reason, arguments.actor(), Optional.empty());
        ObjectNode answer = JsonFields.object()
                .put("alreadyEngaged", engageResult.alreadyEngaged())
                .put("epoch", engageResult.epoch());
        answer.put("durable", engageResult.status().durable());
        answer.set("killSwitch", KillSwitchJson.of(engageResult.status()));
        JsonFields.putOptional(answer, "warning", engageResult.warning());
        String text = (engageResult.alreadyEngaged() ? "It was on already. " : "Done. ")
                + KillSwitchText.sentence(engageResult.status())
                + " Every live flag has its safe default; promotions are refused."
                + engageResult.warning().map(why -> " Warning: " + why).orElse("");
        return ToolResult.of(text, answer);
    }
}

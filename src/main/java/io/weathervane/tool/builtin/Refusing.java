package io.weathervane.tool.builtin;

import io.weathervane.approval.ApprovalRefusedException;
import io.weathervane.control.ControlRefusedException;
import io.weathervane.flags.FlagRefusedException;
import io.weathervane.incident.IncidentException;
import io.weathervane.store.StoreException;
import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolAround;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolFailure;
import io.weathervane.tool.ToolResult;
import io.weathervane.upgrade.UpgradeRefusedException;
import io.weathervane.worker.WorkerRefusedException;

/** One of our tools whose refusals, in the words of the package that refused, reach the caller as a tool that says no. */
public record Refusing(Tool tool) implements ToolAround {
    @Override
    public ToolResult call(ToolCall call) {
        try {
            return tool.call(call);
        } catch (FlagRefusedException
                | WorkerRefusedException
                | ControlRefusedException
                | ApprovalRefusedException
                | IncidentException
                | UpgradeRefusedException e) {
            throw new ToolFailure(Json.asSentence(String.valueOf(e.getMessage())));
        } catch (StoreException e) {
            throw new ToolFailure("The database could not do it (" + e.kind() + "): " + e.getMessage()
                    + ". Nothing of it was kept. monitor_status shows how the server is.");
        }
    }
}

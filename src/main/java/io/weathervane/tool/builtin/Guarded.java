package io.weathervane.tool.builtin;

import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolAround;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolFailure;
import io.weathervane.tool.ToolResult;

/** A risky tool whose refusals also say what became of the approval that the call came with. */
public record Guarded(Tool tool, ConsentSource consent) implements ToolAround {
    @Override
    public ToolResult call(ToolCall call) {
        try {
            return tool.call(call);
        } catch (ToolFailure e) {
            throw new ToolFailure(e.getMessage() + consent.afterRefusal(call));
        }
    }
}

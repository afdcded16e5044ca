package io.weathervane.tool.builtin;

import io.weathervane.store.StoreException;
import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolDecorator;
import io.weathervane.tool.ToolFailureException;
import io.weathervane.tool.ToolResult;
import io.weathervane.util.RefusedException;

/**
 * Turns what the other packages throw when they refuse into a tool failure that the caller can act on. A refused risky call
 * also says what became of the approval that it came with.
 */
public record RefusalMapping(Tool tool, ApprovalStrategy approvals) implements ToolDecorator {
    @Override
    public ToolResult call(ToolCall call) {
        try {
            return tool.call(call);
        } catch (ToolFailureException e) {
            throw failure(call, String.valueOf(e.getMessage()));
        } catch (RefusedException e) {
            throw failure(call, ToolResultText.asSentence(e.reason()));
        } catch (StoreException e) {
            throw failure(
                    call,
                    "The database could not do it (" + e.kind() + "): " + e.getMessage()
                            + ". Nothing of it was kept. monitor_status shows how the server is.");
        }
    }

    private ToolFailureException failure(ToolCall call, String message) {
        return new ToolFailureException(tool instanceof RiskyTool ? message + approvals.afterRefusal(call) : message);
    }
}

package io.weathervane.app;

import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolDecorator;
import io.weathervane.tool.ToolResult;
import tools.jackson.databind.node.ObjectNode;

/**
 * A tool of ours that has to do with workers: a call waits for their start.
 *
 * @param start waits for it
 */
record StartAwaitingTool(Tool tool, Runnable start) implements ToolDecorator {
    @Override
    public boolean answersAtOnce(ObjectNode arguments) {
        return false;
    }

    @Override
    public ToolResult call(ToolCall call) {
        start.run();
        return tool.call(call);
    }
}

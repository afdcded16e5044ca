package io.weathervane.tool;

/** A tool around another one: everything is as the other says, but for what the outer changes. */
public interface ToolAround extends Tool {
    Tool tool();

    @Override
    default ToolDefinition definition() {
        return tool().definition();
    }

    @Override
    default Role role() {
        return tool().role();
    }

    @Override
    default boolean runsAsTask() {
        return tool().runsAsTask();
    }
}

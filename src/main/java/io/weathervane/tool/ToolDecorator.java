package io.weathervane.tool;

import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** A tool around another one: everything is as the other says, but for what the outer changes. */
public interface ToolDecorator extends Tool {
    Tool tool();

    @Override
    default ToolDefinition definition() {
        return tool().definition();
    }

    @Override
    default CallerRole role() {
        return tool().role();
    }

    @Override
    default boolean makesSafe(ObjectNode arguments) {
        return tool().makesSafe(arguments);
    }

    @Override
    default boolean canMakeSafe() {
        return tool().canMakeSafe();
    }

    @Override
    default boolean isSafeOperation(ObjectNode arguments) {
        return tool().isSafeOperation(arguments);
    }

    @Override
    default boolean hasSafeOperation() {
        return tool().hasSafeOperation();
    }

    @Override
    default boolean answersAtOnce(ObjectNode arguments) {
        return tool().answersAtOnce(arguments);
    }

    @Override
    default boolean needsWorkers() {
        return tool().needsWorkers();
    }

    @Override
    default boolean runsAsTask() {
        return tool().runsAsTask();
    }

    @Override
    default Optional<String> misuse(ObjectNode arguments) {
        return tool().misuse(arguments);
    }
}

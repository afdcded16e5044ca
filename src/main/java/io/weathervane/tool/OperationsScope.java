package io.weathervane.tool;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/**
 * Choice of the server's own tools, prompts and resources that a caller is offered; each value offers less than the one
 * before.
 */
public enum OperationsScope {
    /** All of them. */
    ALL,
    /** The tools that only read or make things safe, and what can be read. */
    SAFE,
    /** None: what the workers have, and nothing of the server's own. */
    NONE;

    /** The values by their names in configurations and on command lines. */
    public static Map<String, OperationsScope> byName() {
        Map<String, OperationsScope> names = new LinkedHashMap<>();
        for (OperationsScope scope : values()) {
            names.put(scope.wireName(), scope);
        }
        return names;
    }

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whichever of the two offers less. */
    public OperationsScope narrower(OperationsScope other) {
        return compareTo(other) >= 0 ? this : other;
    }

    /** Whether the tool is in the caller's list: there is a call of it that the caller is offered. */
    boolean lists(Tool tool) {
        return switch (this) {
            case ALL -> true;
            case SAFE -> tool.hasSafeOperation();
            case NONE -> false;
        };
    }

    /** Whether a call of the tool with these arguments, not checked yet, is offered. */
    boolean offers(Tool tool, ObjectNode arguments) {
        return switch (this) {
            case ALL -> true;
            case SAFE -> tool.isSafeOperation(arguments);
            case NONE -> false;
        };
    }
}

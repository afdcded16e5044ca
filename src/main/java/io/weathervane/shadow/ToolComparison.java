package io.weathervane.shadow;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a canary's tools differ from the active worker's, as they stand in {@code tools/list}.
 *
 * @param differences the blocking ones first, in the order of the active worker's list
 */
public record ToolComparison(List<ToolDifference> differences) {
    public ToolComparison {
        differences = List.copyOf(differences);
    }

    /** Compares two lists; pure. */
    public static ToolComparison of(List<ObjectNode> active, List<ObjectNode> canary) {
        throw new UnsupportedOperationException("not yet");
    }

    public List<ToolDifference> blocking() {
        return differences.stream().filter(ToolDifference::blocking).toList();
    }

    /** Whether callers of the active worker could be hurt. */
    public boolean blocks() {
        return !blocking().isEmpty();
    }
}

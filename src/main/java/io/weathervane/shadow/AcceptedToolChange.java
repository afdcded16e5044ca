package io.weathervane.shadow;

import java.util.List;

/**
 * A change of a tool's definition that would fail the comparison, and is meant.
 *
 * @param tool the tool's exact name
 * @param kind removed, another schema, or a flipped annotation
 */
public record AcceptedToolChange(String tool, ToolDifference.Kind kind) {
    /** The others are harmless, or no operator can mean them, as one name listed twice. */
    public static final List<ToolDifference.Kind> KINDS = List.of(
            ToolDifference.Kind.REMOVED, ToolDifference.Kind.SCHEMA_CHANGED, ToolDifference.Kind.ANNOTATION_FLIPPED);

    public AcceptedToolChange {
        if (tool.isBlank()) {
            throw new IllegalArgumentException("an accepted change names a tool");
        }
        if (!KINDS.contains(kind)) {
            throw new IllegalArgumentException("a change of the kind " + kind.wireName() + " cannot be accepted");
        }
    }

    /** Whether it is this that speaks against the canary. */
    boolean covers(ToolDifference difference) {
        return difference.blocking()
                && difference.kind() == kind
                && difference.tool().equals(tool);
    }

    /** As people say it: {@code get_forecast removed}. */
    String text() {
        return tool + " " + kind.wireName();
    }
}

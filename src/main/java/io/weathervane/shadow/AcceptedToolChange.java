package io.weathervane.shadow;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.databind.node.StringNode;

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

    /** A name that YAML reads as a text, and as no boolean or null; numbers begin with a digit. */
    private static final Pattern PLAIN_YAML =
            Pattern.compile("(?!(?i:true|false|null|yes|no|on|off|y|n)$)[A-Za-z][A-Za-z0-9_./-]*");

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

    /** A line for {@code upgrade.acceptedChanges}, ready to paste. */
    public String yaml() {
        return "- {tool: " + (PLAIN_YAML.matcher(tool).matches() ? tool : JsonRpcCodec.text(StringNode.valueOf(tool)))
                + ", kind: " + kind.wireName() + "}";
    }

    /** As people say it: {@code get_forecast removed}. */
    String text() {
        return tool + " " + kind.wireName();
    }
}

package io.weathervane.shadow;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/**
 * One thing in which the canary's tool definitions differ from the active worker's.
 *
 * @param tool the tool's name; empty when it is about the whole list
 * @param pointer where in the tool's definition, as a JSON Pointer; empty when it is about the whole tool
 * @param text what has changed, in words
 */
public record ToolDifference(Kind kind, String tool, String pointer, Standing standing, String text) {
    /** Effect of a difference on the canary, the gravest first. */
    public enum Standing {
        /** Callers of the active worker could be hurt by it. */
        BLOCKING,
        /** They could, and it is accepted as meant. */
        ACCEPTED,
        NOTE
    }

    /** Effect of a change on callers, the gravest first. */
    public enum Severity {
        REMOVED_TOOL,
        /** What callers send today may be refused. */
        TAKES_LESS,
        /** What callers read today may be missing or have another form. */
        RETURNS_OTHER,
        LESS_SAFE_HINT,
        MORE_SAFE_HINT,
        /** A new tool, an optional argument, a further field: what worked goes on to work. */
        COMPATIBLE,
        /** Only what people read, or the order of the list. */
        TEXT;

        /** The name in JSON. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** The name in a sentence. */
        public String words() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /** Kind of change. */
    public enum Kind {
        ADDED,
        REMOVED,
        SCHEMA_CHANGED,
        ANNOTATION_FLIPPED,
        DESCRIPTION_CHANGED,
        /** The same tools in another order, or anything else a definition may hold. */
        OTHER_CHANGED;

        /** The name in {@code shadow.json}. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    ToolDifference(Kind kind, String tool, String pointer, boolean blocking, String text) {
        this(kind, tool, pointer, blocking ? Standing.BLOCKING : Standing.NOTE, text);
    }

    /** Effect of the difference on callers: the one classification for the shadow comparison and for contracts. */
    public Severity severity() {
        boolean hurts = standing != Standing.NOTE;
        return switch (kind) {
            case REMOVED -> Severity.REMOVED_TOOL;
            case ADDED -> Severity.COMPATIBLE;
            case DESCRIPTION_CHANGED -> Severity.TEXT;
            case ANNOTATION_FLIPPED -> hurts ? Severity.LESS_SAFE_HINT : Severity.MORE_SAFE_HINT;
            case SCHEMA_CHANGED -> hurts ? schemaSeverity() : Severity.COMPATIBLE;
            case OTHER_CHANGED -> hurts ? Severity.TAKES_LESS : tool.isEmpty() ? Severity.TEXT : Severity.COMPATIBLE;
        };
    }

    private Severity schemaSeverity() {
        return pointer.startsWith(ToolDefinitionComparer.INPUT_POINTER) ? Severity.TAKES_LESS : Severity.RETURNS_OTHER;
    }

    /** Whether it speaks against the canary. */
    public boolean blocking() {
        return standing == Standing.BLOCKING;
    }

    boolean accepted() {
        return standing == Standing.ACCEPTED;
    }

    /** The same, no longer held against the canary. */
    ToolDifference asAccepted() {
        return new ToolDifference(kind, tool, pointer, Standing.ACCEPTED, text + "; accepted");
    }

    /** One line for people: {@code echo /inputSchema/properties/text: property text removed}. */
    public String line() {
        String subject = tool.isEmpty() ? "tools" : tool;
        return subject + (pointer.isEmpty() ? "" : " " + pointer) + ": " + text;
    }

    /**
     * The same as JSON.
     *
     * @param source {@code definitions}, or {@code drift} when the canary changed them while it was compared
     */
    public ObjectNode toJson(String source) {
        return JsonRpcCodec.JSON
                .createObjectNode()
                .put("source", source)
                .put("tool", tool)
                .put("kind", kind.wireName())
                .put("severity", severity().wireName())
                .put("blocking", blocking())
                .put("accepted", accepted())
                .put("pointer", pointer)
                .put("text", text);
    }
}

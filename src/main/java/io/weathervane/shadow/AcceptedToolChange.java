package io.weathervane.shadow;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.StringNode;

/**
 * A change of a tool that would fail the comparison, and is meant.
 *
 * @param tool the tool's exact name
 * @param kind removed, another schema, a flipped annotation, or calls that failed and no longer do
 */
public record AcceptedToolChange(String tool, Kind kind) {
    /** Kind of change that can be accepted; no operator can mean the other changes, as one name listed twice. */
    public enum Kind {
        REMOVED,
        SCHEMA_CHANGED,
        ANNOTATION_FLIPPED,
        /** Calls that the active worker answers with an error, and the canary with a result. */
        FIXED;

        /** The name in the configuration and in {@code shadow.json}. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        private static Optional<Kind> of(String wireName) {
            return Arrays.stream(values())
                    .filter(kind -> kind.wireName().equals(wireName))
                    .findFirst();
        }

        private static Optional<Kind> of(ToolDifference.Kind changed) {
            return of(changed.wireName());
        }
    }

    /** A version that means more changes than this is another server. */
    public static final int CHANGES_MAX = 100;

    /** A name that YAML reads as a text, and as no boolean or null; numbers begin with a digit. */
    private static final Pattern PLAIN_YAML =
            Pattern.compile("(?!(?i:true|false|null|yes|no|on|off|y|n)$)[A-Za-z][A-Za-z0-9_./-]*");

    /** A line of {@link #yaml}, with or without its hyphen. */
    private static final Pattern YAML_LINE = Pattern.compile(
            "(?:-\\s*)?\\{\\s*tool:\\s*(\"(?:[^\"\\\\]|\\\\.)*+\"|[^\",}]+?)\\s*,\\s*kind:\\s*([^},]+?)\\s*}");

    public AcceptedToolChange {
        if (tool.isBlank()) {
            throw new IllegalArgumentException("an accepted change names a tool");
        }
    }

    /** The change that makes this difference one that is meant; empty for one that cannot be. */
    static Optional<AcceptedToolChange> of(ToolDifference difference) {
        return difference.tool().isBlank()
                ? Optional.empty()
                : Kind.of(difference.kind()).map(kind -> new AcceptedToolChange(difference.tool(), kind));
    }

    /** Reads {@code TOOL:KIND} or a line of {@link #yaml}; empty when it is neither. */
    public static Optional<AcceptedToolChange> parse(String text) {
        String line = text.strip();
        Matcher yaml = YAML_LINE.matcher(line);
        if (yaml.matches()) {
            return parsed(unquoted(yaml.group(1)), yaml.group(2));
        }
        int colon = line.lastIndexOf(':');
        return colon < 0
                ? Optional.empty()
                : parsed(
                        line.substring(0, colon).strip(),
                        line.substring(colon + 1).strip());
    }

    private static Optional<AcceptedToolChange> parsed(String tool, String kind) {
        return tool.isBlank() ? Optional.empty() : Kind.of(kind).map(known -> new AcceptedToolChange(tool, known));
    }

    private static String unquoted(String tool) {
        try {
            return tool.startsWith("\"") ? JsonRpcCodec.JSON.readTree(tool).asString("") : tool;
        } catch (JacksonException e) {
            return "";
        }
    }

    /** Forms that {@link #parse} takes, for a refusal. */
    public static String allowed() {
        return "TOOL:KIND, as the comparison prints it, with KIND one of "
                + Arrays.stream(Kind.values()).map(Kind::wireName).collect(Collectors.joining(", "));
    }

    /** Whether it is this that speaks against the canary. */
    boolean covers(ToolDifference difference) {
        return difference.blocking() && of(difference).equals(Optional.of(this));
    }

    /** A line for {@code upgrade.acceptedChanges}, ready to paste. */
    public String yaml() {
        return "- {tool: " + (PLAIN_YAML.matcher(tool).matches() ? tool : JsonRpcCodec.text(StringNode.valueOf(tool)))
                + ", kind: " + kind.wireName() + "}";
    }

    /** As one upgrade takes it: {@code get_forecast:removed}. */
    public String argument() {
        return tool + ":" + kind.wireName();
    }

    /** As people say it: {@code get_forecast removed}. */
    String text() {
        return tool + " " + kind.wireName();
    }

    /** The same in one sentence, a few of them named. */
    static String names(List<AcceptedToolChange> changes, int namedMax) {
        int more = changes.size() - namedMax;
        return changes.stream().limit(namedMax).map(AcceptedToolChange::text).collect(Collectors.joining(", "))
                + (more > 0 ? " and " + more + " more" : "");
    }
}

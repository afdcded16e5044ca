package io.weathervane.shadow;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * Replaces in a result what belongs to one call or one process, so that what is left is content. Text that is itself
 * JSON becomes that JSON. Pure: the same result, label and moment give the same.
 */
final class ResultNormaliser {
    /** Stands for whatever the configuration says may differ. */
    static final String VOLATILE = "<volatile>";

    /** Longer texts are compared as they are. */
    private static final int TEXT_LENGTH_MAX = 2 * 1024 * 1024;

    private final IgnoredFields ignoredFields;
    private final ZoneId zone;

    ResultNormaliser(IgnoredFields ignoredFields, ZoneId zone) {
        this.ignoredFields = ignoredFields;
        this.zone = zone;
    }

    /**
     * @param label the worker that gave the result
     * @param now when it was given
     */
    JsonNode normal(JsonNode result, String label, Instant now) {
        return new Walk(label, new TimestampMatcher(now, zone)).value(result, new ArrayList<>());
    }

    private final class Walk {
        private final String label;
        private final TimestampMatcher timestamps;

        Walk(String label, TimestampMatcher timestamps) {
            this.label = label;
            this.timestamps = timestamps;
        }

        JsonNode value(JsonNode value, List<String> path) {
            if (ignoredFields.has(path)) {
                return StringNode.valueOf(VOLATILE);
            }
            if (value instanceof ObjectNode object) {
                return object(object, path);
            }
            if (value instanceof ArrayNode array) {
                return array(array, path);
            }
            return leaf(value, path);
        }

        private ObjectNode object(ObjectNode object, List<String> path) {
            ObjectNode normal = JsonRpcCodec.JSON.createObjectNode();
            object.properties().forEach(entry -> {
                path.add(entry.getKey());
                normal.set(entry.getKey(), value(entry.getValue(), path));
                path.remove(path.size() - 1);
            });
            return normal;
        }

        private ArrayNode array(ArrayNode array, List<String> path) {
            ArrayNode normal = JsonRpcCodec.JSON.createArrayNode();
            for (int index = 0; index < array.size(); index++) {
                path.add(String.valueOf(index));
                normal.add(value(array.get(index), path));
                path.remove(path.size() - 1);
            }
            return normal;
        }

        private JsonNode leaf(JsonNode value, List<String> path) {
            String field = path.isEmpty() ? "" : path.get(path.size() - 1);
            return IgnoredFieldRules.mark(field, value, label, timestamps)
                    .map(mark -> (JsonNode) StringNode.valueOf(mark))
                    .orElseGet(() -> value.isString() ? text(value.stringValue(), path) : value);
        }

        private JsonNode text(String text, List<String> path) {
            if (text.length() > TEXT_LENGTH_MAX) {
                return StringNode.valueOf(text);
            }
            if (isContent(path) && (text.startsWith("{") || text.startsWith("["))) {
                try {
                    return value(JsonRpcCodec.JSON.readTree(text), path);
                } catch (JacksonException e) {
                    return StringNode.valueOf(timestamps.without(text)); // looks like JSON, is not
                }
            }
            return StringNode.valueOf(timestamps.without(text));
        }

        /** {@code /content/0/text} and {@code /content/0/resource/text}. */
        private boolean isContent(List<String> path) {
            return path.size() >= 3
                    && path.size() <= 4
                    && path.get(0).equals("content")
                    && path.get(path.size() - 1).equals("text")
                    && (path.size() == 3 || path.get(2).equals("resource"));
        }
    }
}

package io.weathervane.bench.decisions;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An object of a file of scenarios. What is wrong in it is an {@link IllegalArgumentException} that says where, and what
 * is allowed.
 *
 * @param place for people
 */
record ScenarioNode(String place, JsonNode node) {
    ScenarioNode {
        if (!node.isObject()) {
            throw new IllegalArgumentException(place + " must be an object, was " + node);
        }
    }

    ScenarioNode known(List<String> keys) {
        node.propertyNames().stream()
                .filter(key -> !keys.contains(key))
                .findFirst()
                .ifPresent(key -> {
                    throw new IllegalArgumentException(
                            place + ": " + key + " is unknown; known: " + String.join(", ", keys));
                });
        return this;
    }

    boolean has(String key) {
        return node.has(key);
    }

    String text(String key, String otherwise) {
        JsonNode value = node.path(key);
        if (!value.isMissingNode() && !value.isString()) {
            throw wrong(key, "must be a text", value);
        }
        return value.asString(otherwise);
    }

    boolean flag(String key, boolean otherwise) {
        JsonNode value = node.path(key);
        if (!value.isMissingNode() && !value.isBoolean()) {
            throw wrong(key, "must be true or false", value);
        }
        return value.asBoolean(otherwise);
    }

    double number(String key, double otherwise, double min, double max) {
        return has(key) ? within(key, node.path(key), min, max) : otherwise;
    }

    long whole(String key, long otherwise, long min, long max) {
        JsonNode value = node.path(key);
        if (value.isMissingNode()) {
            return otherwise;
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.asLong() < min || value.asLong() > max) {
            throw wrong(key, "must be a whole number from " + min + " to " + max, value);
        }
        return value.asLong();
    }

    /** A number, or a list of one or more. */
    List<Double> numbers(String key, double otherwise, double min, double max) {
        JsonNode value = node.path(key);
        if (!value.isArray()) {
            return List.of(number(key, otherwise, min, max));
        }
        if (value.isEmpty()) {
            throw wrong(key, "must be a number or a list of one or more", value);
        }
        return value.valueStream().map(one -> within(key, one, min, max)).toList();
    }

    /** The object under this key; an empty one where it is missing. */
    ScenarioNode child(String key) {
        JsonNode child = node.path(key);
        return new ScenarioNode(
                place + ", " + key, child.isMissingNode() ? JsonMapper.shared().createObjectNode() : child);
    }

    /** The objects of the list under this key; none where it is missing. */
    List<ScenarioNode> children(String key, int max) {
        JsonNode list = node.path(key);
        if (!list.isMissingNode() && (!list.isArray() || list.size() > max)) {
            throw wrong(key, "must be a list of at most " + max + " objects", list);
        }
        return IntStream.range(0, list.size())
                .mapToObj(i -> new ScenarioNode(place + ", " + key + "[" + i + "]", list.get(i)))
                .toList();
    }

    IllegalArgumentException wrong(String key, String rule, JsonNode was) {
        return new IllegalArgumentException(place + ": " + key + " " + rule + ", was " + was);
    }

    private double within(String key, JsonNode value, double min, double max) {
        if (!value.isNumber() || !(value.asDouble() >= min && value.asDouble() <= max)) {
            throw wrong(key, String.format(Locale.ROOT, "must be a number from %s to %s", text(min), text(max)), value);
        }
        return value.asDouble();
    }

    private static String text(double number) {
        return number == Math.rint(number) && Math.abs(number) < 1e15
                ? String.valueOf((long) number)
                : String.valueOf(number);
    }
}

package io.weathervane.jsonrpc;

import tools.jackson.databind.JsonNode;

/** Estimates how many bytes of memory a JSON value takes. */
public final class JsonMemoryEstimator {
    private static final int NODE = 32;

    private JsonMemoryEstimator() {}

    /** Whether it is at most so many bytes, roughly; looks at no more than it needs to. */
    public static boolean isAtMost(JsonNode value, int limit) {
        return left(value, limit) >= 0;
    }

    private static int left(JsonNode value, int limit) {
        int left = limit - NODE - (value.isString() ? value.stringValue().length() : 0);
        if (left < 0 || !value.isContainer()) {
            return left;
        }
        for (String name : value.propertyNames()) {
            left -= name.length();
        }
        for (JsonNode child : value) {
            left = left < 0 ? left : left(child, left);
        }
        return left;
    }
}

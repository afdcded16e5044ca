package io.weathervane.transport.http;

import java.math.BigDecimal;
import java.util.Map;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Holds {@code Mcp-Param-*} headers against the arguments that a tool's schema marks with
 * {@code x-mcp-header} (MCP 2026-07-28, custom headers from tool parameters).
 */
final class ParamHeaderValidator {
    private static final String MARK = "x-mcp-header";
    private static final String PREFIX = "Mcp-Param-";

    /** Longest number that is read. */
    private static final int NUMBER_LENGTH_MAX = 64;

    private ParamHeaderValidator() {}

    /** Throws a header mismatch at the first marked argument whose header is missing, malformed or different. */
    static void verify(HttpFields headers, JsonNode schema, JsonNode arguments) {
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            JsonNode value = arguments.path(property.getKey());
            JsonNode name = property.getValue().path(MARK);
            if (name.isString()) {
                same(PREFIX + name.stringValue(), headers, value);
            }
            verify(headers, property.getValue(), value);
        }
    }

    private static void same(String header, HttpFields headers, JsonNode value) {
        String given = HeaderBodyMatchValidator.decoded(header, HeaderBodyMatchValidator.only(headers, header));
        boolean absent = value.isMissingNode() || value.isNull();
        if ((absent && given == null) || value.isContainer()) {
            return;
        }
        if (given == null) {
            throw HeaderBodyMatchValidator.mismatch("the header " + header + " is missing");
        }
        if (absent || !isSame(given, value)) {
            throw HeaderBodyMatchValidator.mismatch("the header " + header + " does not say what the body says");
        }
    }

    private static boolean isSame(String given, JsonNode value) {
        if (value.isIntegralNumber()) {
            BigDecimal number = number(given);
            return number != null && number.compareTo(new BigDecimal(value.bigIntegerValue())) == 0;
        }
        return given.equals(value.asString(""));
    }

    private static @Nullable BigDecimal number(String text) {
        try {
            return text.length() <= NUMBER_LENGTH_MAX ? new BigDecimal(text) : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }
}

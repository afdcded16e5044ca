package io.weathervane.worker.remote;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * The arguments of a call that its tool's schema wants in headers, too ({@code x-mcp-header}, MCP 2026-07-28, custom headers
 * from tool parameters).
 */
final class ParamHeaders {
    private static final String MARK = "x-mcp-header";
    private static final String PREFIX = "Mcp-Param-";
    private static final String BASE64_BEGIN = "=?base64?";
    private static final String BASE64_END = "?=";
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}");
    private static final Set<String> TYPES = Set.of("string", "integer", "boolean");

    /** How deep a schema is looked through. */
    private static final int DEPTH_MAX = 64;

    private ParamHeaders() {}

    /** The headers of a call with these arguments. */
    static Map<String, String> of(JsonNode schema, JsonNode arguments) {
        Map<String, String> headers = new LinkedHashMap<>();
        collect(schema, arguments, headers, 0);
        return headers;
    }

    private static void collect(JsonNode schema, JsonNode arguments, Map<String, String> headers, int depth) {
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            JsonNode value = arguments.path(property.getKey());
            JsonNode name = property.getValue().path(MARK);
            if (name.isString() && TOKEN.matcher(name.stringValue()).matches()) {
                text(value).ifPresent(text -> headers.put(PREFIX + name.stringValue(), encoded(text)));
            }
            if (value.isObject() && depth < DEPTH_MAX) {
                collect(property.getValue(), value, headers, depth + 1);
            }
        }
    }

    private static Optional<String> text(JsonNode value) {
        if (value.isString()) {
            return Optional.of(value.stringValue());
        }
        boolean plain = value.isBoolean() || value.isIntegralNumber();
        return plain ? Optional.of(value.asString()) : Optional.empty();
    }

    /** As it may stand in a header: what is no visible ASCII, or has spaces at an end, goes as Base64. */
    static String encoded(String value) {
        boolean plain = value.chars().allMatch(c -> c >= ' ' && c <= '~')
                && !value.startsWith(" ")
                && !value.endsWith(" ")
                && !(value.startsWith(BASE64_BEGIN) && value.endsWith(BASE64_END));
        return plain
                ? value
                : BASE64_BEGIN
                        + Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))
                        + BASE64_END;
    }

    /** Why clients must not offer a tool with this schema over HTTP; empty when they may. */
    static Optional<String> problem(JsonNode schema) {
        return problem(schema, /* reachable= */ true, new HashSet<>(), 0);
    }

    private static Optional<String> problem(JsonNode schema, boolean reachable, Set<String> names, int depth) {
        if (depth > DEPTH_MAX || !schema.isContainer()) {
            return Optional.empty();
        }
        if (schema.isArray()) {
            for (JsonNode one : schema) {
                Optional<String> problem = problem(one, /* reachable= */ false, names, depth + 1);
                if (problem.isPresent()) {
                    return problem;
                }
            }
            return Optional.empty();
        }
        for (Map.Entry<String, JsonNode> part : schema.properties()) {
            Optional<String> problem = part.getKey().equals("properties")
                    ? problemOfProperties(part.getValue(), reachable, names, depth)
                    : problem(part.getValue(), /* reachable= */ false, names, depth + 1);
            if (problem.isPresent()) {
                return problem;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> problemOfProperties(
            JsonNode properties, boolean reachable, Set<String> names, int depth) {
        for (Map.Entry<String, JsonNode> property : properties.properties()) {
            JsonNode mark = property.getValue().path(MARK);
            Optional<String> problem = mark.isMissingNode()
                    ? Optional.empty()
                    : problemOfMark(mark, property.getValue(), reachable, names);
            problem = problem.or(() -> problem(property.getValue(), reachable, names, depth + 1));
            if (problem.isPresent()) {
                return problem;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> problemOfMark(
            JsonNode mark, JsonNode property, boolean reachable, Set<String> names) {
        if (!mark.isString() || !TOKEN.matcher(mark.stringValue()).matches()) {
            return Optional.of("an " + MARK + " that is no name of a header");
        }
        if (!reachable) {
            return Optional.of(MARK + " " + mark.stringValue() + " where no argument is sure to be");
        }
        if (!TYPES.contains(property.path("type").asString(""))) {
            return Optional.of(MARK + " " + mark.stringValue() + " at what is no string, integer or boolean");
        }
        return names.add(mark.stringValue().toLowerCase(Locale.ROOT))
                ? Optional.empty()
                : Optional.of(MARK + " " + mark.stringValue() + " twice");
    }
}

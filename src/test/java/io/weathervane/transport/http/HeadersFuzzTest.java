package io.weathervane.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.jsonrpc.JsonRpcReadException;
import io.weathervane.mcp.McpRequest;
import io.weathervane.tool.RequestedTool;
import io.weathervane.tool.SchemaCatalog;
import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolAnnotations;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolRegistry;
import io.weathervane.tool.ToolResult;
import io.weathervane.tool.UpstreamToolSource;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Headers against body, by the rules of MCP 2026-07-28 (basic/transports/streamable-http) written down once more,
 * apart from the code under test. An input is a request as on the wire: header lines, an empty line, the body.
 */
class HeadersFuzzTest {
    private static final JsonNode SCHEMA = JsonRpcCodec.JSON.readTree(
            "{\"type\":\"object\",\"properties\":{\"region\":{\"type\":\"string\",\"x-mcp-header\":\"Region\"},"
                    + "\"count\":{\"type\":\"integer\",\"x-mcp-header\":\"Count\"},"
                    + "\"dry\":{\"type\":\"boolean\",\"x-mcp-header\":\"Dry\"},"
                    + "\"deep\":{\"type\":\"object\",\"properties\":{\"er\":{\"type\":\"string\",\"x-mcp-header\":\"Deep-Er\"}}}}}");
    private static final ToolRegistry REGISTRY = new ToolRegistry(List.of(), new AnyTool(), SchemaCatalog.load());
    private static final Map<String, String> PARAM_POINTERS =
            Map.of("Region", "/region", "Count", "/count", "Dry", "/dry", "Deep-Er", "/deep/er");

    @FuzzTest
    void areAcceptedOnlyWhenTheySayWhatTheBodySays(byte[] input) {
        String[] parts = new String(input, StandardCharsets.ISO_8859_1).split("\n\n", 2);
        Optional<McpRequest> request = parts.length < 2 ? Optional.empty() : request(parts[1]);
        if (request.isEmpty()) {
            return;
        }
        HttpFields headers = headers(parts[0]);

        boolean accepted = accepts(headers, request.get());

        if (accepted) {
            expected(request.get())
                    .forEach((name, value) -> assertThat(said(headers, name))
                            .as(name)
                            .isNotEmpty()
                            .allMatch(said -> isSame(said, value)));
        }
    }

    @FuzzTest
    void ofAConformantClientAreAccepted(byte[] body) {
        Optional<McpRequest> sendable = request(new String(body, StandardCharsets.ISO_8859_1))
                .filter(request -> isPlain(request.method()) && isPlain(request.version()))
                .filter(HeadersFuzzTest::hasHeadersForItsArguments);
        sendable.ifPresent(request -> {
            HttpFields.Mutable headers = HttpFields.build();
            expected(request).forEach((name, value) -> headers.add(name, encoded(value.asString())));

            assertThat(accepts(headers, request)).isTrue();
        });
    }

    @FuzzTest
    void ofHostAndOriginAreLocalOnly(byte[] input) {
        String value = new String(input, StandardCharsets.ISO_8859_1);
        String authority = "(?i:localhost|127\\.0\\.0\\.1|\\[::1])(?::[0-9]{1,5})?";

        assertThat(LoopbackNames.allowsHost(value)).isEqualTo(value.matches(authority));
        assertThat(LoopbackNames.allowsOrigin(value)).isEqualTo(value.matches("(?i:https?)://" + authority));
    }

    /** However it is written, who names a type gets it. */
    @FuzzTest
    void ofAcceptAreReadWithoutFail(byte[] input) {
        HttpFields.Mutable headers = HttpFields.build();
        for (String line : new String(input, StandardCharsets.ISO_8859_1).split("\n", -1)) {
            headers.add("Accept", line);
        }

        AcceptHeader accepted = AcceptHeader.of(headers);

        List<String> types = new ArrayList<>();
        headers.getValuesList("Accept").forEach(line -> types.addAll(List.of(line.split(","))));
        types.replaceAll(type -> type.split(";", 2)[0].trim().toLowerCase(Locale.ROOT));
        assertThat(accepted.json()).isIn(true, types.contains("application/json"));
        assertThat(accepted.events()).isIn(true, types.contains("text/event-stream"));
    }

    private static Optional<McpRequest> request(String body) {
        try {
            JsonRpcMessage message = JsonRpcCodec.read(body.getBytes(StandardCharsets.UTF_8));
            return message instanceof JsonRpcMessage.Request request
                    ? Optional.of(McpRequest.of(request, Optional.empty(), tool(request)))
                            .filter(McpRequest::isModern)
                    : Optional.empty();
        } catch (JsonRpcReadException | JsonRpcException e) {
            return Optional.empty();
        }
    }

    private static Optional<RequestedTool> tool(JsonRpcMessage.Request request) {
        JsonNode name = request.params().path("name");
        return request.method().equals("tools/call") && name.isString()
                ? Optional.of(
                        REGISTRY.requested(name.stringValue(), request.params().path("arguments")))
                : Optional.empty();
    }

    /** Has a tool of every name, each with the same arguments. */
    private static final class AnyTool implements UpstreamToolSource {
        @Override
        public List<ToolDefinition> known() {
            return list();
        }

        @Override
        public List<ToolDefinition> list() {
            return List.of();
        }

        @Override
        public Optional<Tool> find(String name) {
            ToolAnnotations hints = new ToolAnnotations(true, false, true, false);
            ObjectNode json = JsonRpcCodec.JSON.createObjectNode().set("inputSchema", SCHEMA);
            ToolDefinition definition = new ToolDefinition(name, hints, json);
            return Optional.of(new Tool() {
                @Override
                public ToolDefinition definition() {
                    return definition;
                }

                @Override
                public ToolResult call(ToolCall call) {
                    throw new AssertionError("no header calls a tool");
                }
            });
        }
    }

    /** Only what Jetty lets through: no control characters but the tab. */
    private static HttpFields headers(String lines) {
        HttpFields.Mutable headers = HttpFields.build();
        for (String line : lines.split("\n", -1)) {
            String[] field =
                    line.replaceAll("[\\x00-\\x08\\x0a-\\x1f\\x7f]", "").split(":", 2);
            if (field.length == 2 && field[0].matches("[A-Za-z0-9-]+")) {
                headers.add(field[0], field[1].strip());
            }
        }
        return headers;
    }

    private static boolean accepts(HttpFields headers, McpRequest request) {
        try {
            HeaderBodyMatchValidator.verify(headers, request);
            return true;
        } catch (JsonRpcException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.HEADER_MISMATCH.code());
            return false;
        }
    }

    /** A marked argument is a string, a whole number or a truth value; a fraction has no form as a header. */
    private static boolean hasHeadersForItsArguments(McpRequest request) {
        return PARAM_POINTERS.values().stream()
                .map(pointer -> request.params().path("arguments").at(pointer))
                .noneMatch(value -> value.isNumber() && !value.isIntegralNumber());
    }

    /** The headers that a request must have, and the value in the body that each must say. */
    private static Map<String, JsonNode> expected(McpRequest request) {
        Map<String, JsonNode> expected = new TreeMap<>();
        expected.put("MCP-Protocol-Version", JsonRpcCodec.JSON.getNodeFactory().stringNode(request.version()));
        expected.put("Mcp-Method", JsonRpcCodec.JSON.getNodeFactory().stringNode(request.method()));
        JsonNode name = request.params().path(request.method().equals("resources/read") ? "uri" : "name");
        boolean named = List.of("tools/call", "prompts/get", "resources/read").contains(request.method());
        if (named && name.isString()) {
            expected.put("Mcp-Name", name);
        }
        if (request.method().equals("tools/call") && name.isString()) {
            PARAM_POINTERS.forEach((header, pointer) -> {
                JsonNode value = request.params().path("arguments").at(pointer);
                if (value.isString() || value.isIntegralNumber() || value.isBoolean()) {
                    expected.put("Mcp-Param-" + header, value);
                }
            });
        }
        return expected;
    }

    private static List<String> said(HttpFields headers, String name) {
        return headers.stream()
                .filter(field -> field.getName().equalsIgnoreCase(name))
                .map(HttpField::getValue)
                .toList();
    }

    private static boolean isSame(String said, JsonNode value) {
        String decoded = said;
        if (said.startsWith("=?base64?") && said.endsWith("?=")) {
            byte[] bytes = Base64.getDecoder().decode(said.substring("=?base64?".length(), said.length() - 2));
            decoded = new String(bytes, StandardCharsets.UTF_8);
        }
        return value.isIntegralNumber()
                ? new BigDecimal(decoded).compareTo(value.decimalValue()) == 0
                : decoded.equals(value.asString());
    }

    private static String encoded(String value) {
        if (isPlain(value) && !(value.startsWith("=?base64?") && value.endsWith("?="))) {
            return value;
        }
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        return "=?base64?" + Base64.getEncoder().encodeToString(bytes) + "?=";
    }

    private static boolean isPlain(String value) {
        return value.matches("[\\x20-\\x7e\\t]*") && value.equals(value.strip());
    }
}

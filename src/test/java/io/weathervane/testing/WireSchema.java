package io.weathervane.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.weathervane.jsonrpc.JsonRpcCodec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The official JSON Schema of one MCP revision; says whether a message may be sent. */
public final class WireSchema {
    public static final WireSchema LEGACY = new WireSchema("2025-11-25");
    public static final WireSchema MODERN = new WireSchema("2026-07-28");

    private static final Map<String, String> RESULT_OF_METHOD = Map.ofEntries(
            Map.entry("initialize", "InitializeResult"),
            Map.entry("ping", "EmptyResult"),
            Map.entry("logging/setLevel", "EmptyResult"),
            Map.entry("resources/subscribe", "EmptyResult"),
            Map.entry("resources/unsubscribe", "EmptyResult"),
            Map.entry("server/discover", "DiscoverResult"),
            Map.entry("subscriptions/listen", "SubscriptionsListenResult"),
            Map.entry("tools/list", "ListToolsResult"),
            Map.entry("tools/call", "CallToolResult"),
            Map.entry("resources/list", "ListResourcesResult"),
            Map.entry("resources/templates/list", "ListResourceTemplatesResult"),
            Map.entry("resources/read", "ReadResourceResult"),
            Map.entry("prompts/list", "ListPromptsResult"),
            Map.entry("prompts/get", "GetPromptResult"),
            Map.entry("tasks/get", "GetTaskResult"),
            Map.entry("tasks/result", "GetTaskPayloadResult"),
            Map.entry("tasks/list", "ListTasksResult"),
            Map.entry("tasks/cancel", "CancelTaskResult"),
            Map.entry("completion/complete", "CompleteResult"));

    private static final Set<String> MAY_ASK = Set.of("tools/call", "prompts/get", "resources/read");

    private static final Map<Long, String> ERROR_OF_CODE = Map.of(
            -32020L, "HeaderMismatchError",
            -32021L, "MissingRequiredClientCapabilityError",
            -32022L, "UnsupportedProtocolVersionError");

    private static final String TASK_CHANGED = "notifications/tasks";

    private final JsonNode document;
    private final Map<String, Schema> byName = new ConcurrentHashMap<>();

    private WireSchema(String version) {
        try (InputStream in = WireSchema.class.getResourceAsStream("/mcp-schema/" + version + "/schema.json")) {
            this.document = JsonRpcCodec.JSON.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Fails unless the message is a notification a server may send, or a fitting answer to the method. */
    public JsonNode check(String method, JsonNode message) {
        if (this == MODERN && message.path("method").asString("").equals(TASK_CHANGED)) {
            return checkTask(message);
        }
        if (message.has("method")) {
            return checkIs("ServerNotification", message);
        }
        if (message.has("error")) {
            return checkError(message);
        }
        checkIs("JSONRPCResponse", message);
        JsonNode result = message.get("result");
        checkIs(resultOf(method, result), result);
        if (this == MODERN) {
            assertThat(result.at("/_meta/io.modelcontextprotocol~1serverInfo/name")
                            .isString())
                    .as("a result says whose it is: %s", message)
                    .isTrue();
        }
        return message;
    }

    /** What the tasks extension says of its notification, which is not in the core schema. */
    private JsonNode checkTask(JsonNode message) {
        checkIs("JSONRPCNotification", message);
        JsonNode task = message.path("params");
        String status = task.path("status").asString("");
        assertThat(status).as("%s", message).isIn("working", "input_required", "completed", "cancelled", "failed");
        assertThat(task.propertyNames())
                .as("%s", message)
                .contains("taskId", "createdAt", "lastUpdatedAt", "ttlMs", "_meta")
                .doesNotContain("resultType");
        assertThat(task.has("result")).as("%s", message).isEqualTo(status.equals("completed"));
        assertThat(task.has("error")).as("%s", message).isEqualTo(status.equals("failed"));
        assertThat(task.path("_meta").has("io.modelcontextprotocol/subscriptionId"))
                .as("it is told on a subscription only: %s", message)
                .isTrue();
        return message;
    }

    /** Fails unless the message is a request a server may send, which the modern era does not know. */
    public JsonNode checkRequest(JsonNode message) {
        return checkIs("ServerRequest", message);
    }

    /** An extension's results are any to the core schema. */
    private String resultOf(String method, JsonNode result) {
        String resultType = result.path("resultType").asString("");
        if (resultType.equals("input_required")) {
            assertThat(MAY_ASK).as("methods that may ask for input").contains(method);
            return "InputRequiredResult";
        }
        if (this == LEGACY && method.equals("tools/call") && result.has("task")) {
            return "CreateTaskResult";
        }
        boolean extension = this == MODERN && (resultType.equals("task") || method.startsWith("tasks/"));
        return extension ? "Result" : RESULT_OF_METHOD.get(method);
    }

    /**
     * JSON-RPC 2.0 wants {@code "id": null} in an answer to what could not be read; the MCP schemas know only
     * the absent id there, so this one difference is taken out before the check.
     */
    public JsonNode checkError(JsonNode message) {
        ObjectNode copy = ((ObjectNode) message).deepCopy();
        if (copy.path("id").isNull()) {
            copy.remove("id");
        }
        long code = message.path("error").path("code").asLong();
        if (this == MODERN) {
            assertThat(isReserved(code) && !ERROR_OF_CODE.containsKey(code))
                    .as("a code that only the specification may give out: %s", message)
                    .isFalse();
        }
        String special = ERROR_OF_CODE.get(code);
        boolean known = special != null && document.path("$defs").has(special);
        checkIs(known ? special : "JSONRPCResponse", copy);
        return message;
    }

    /** What 2026-07-28 keeps for itself, and the codes that older revisions had there. */
    private static boolean isReserved(long code) {
        return code <= -32000 && code >= -32099;
    }

    private JsonNode checkIs(String definition, JsonNode node) {
        assertThat(document.path("$defs").has(definition))
                .as("the schema knows %s: %s", definition, node)
                .isTrue();
        Schema schema = byName.computeIfAbsent(definition, this::compile);
        assertThat(schema.validate(node))
                .as("%s by the schema: %s", definition, node)
                .isEmpty();
        return node;
    }

    private Schema compile(String definition) {
        ObjectNode copy = ((ObjectNode) document).deepCopy();
        copy.put("$ref", "#/$defs/" + definition);
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(SchemaLocation.of("urn:test:" + definition), copy);
    }
}

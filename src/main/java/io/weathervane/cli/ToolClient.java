package io.weathervane.cli;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.tool.ToolResult;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A server's tools, asked for statelessly (MCP 2026-07-28): no handshake, every request says what it speaks. */
final class ToolClient implements AutoCloseable {
    static final String PROTOCOL_VERSION = "2026-07-28";

    /** Most pages of {@code tools/list}, for a server whose cursor never ends. */
    private static final int PAGES_MAX = 100;

    /** Most rounds of questions in one call. */
    private static final int ROUNDS_MAX = 5;

    private static final String META = "io.modelcontextprotocol/";

    private final ServerConnection connection;

    ToolClient(ServerConnection connection) {
        this.connection = connection;
    }

    List<ObjectNode> tools() {
        List<ObjectNode> tools = new ArrayList<>();
        String cursor = "";
        for (int page = 0; page < PAGES_MAX; page++) {
            ObjectNode params = params();
            if (!cursor.isEmpty()) {
                params.put("cursor", cursor);
            }
            ObjectNode result = result(connection.request("tools/list", params, ignored -> {}));
            result.path("tools")
                    .valueStream()
                    .filter(ObjectNode.class::isInstance)
                    .map(ObjectNode.class::cast)
                    .forEach(tools::add);
            cursor = result.path("nextCursor").asString("");
            if (cursor.isEmpty()) {
                break;
            }
        }
        return List.copyOf(tools);
    }

    /**
     * Calls a tool; its progress goes to {@code heard} as it comes.
     *
     * @throws CommandFailedException when the answer is a JSON-RPC error
     */
    ObjectNode call(String name, ObjectNode arguments, Consumer<JsonNode> heard) {
        return exchange(callParams(name, arguments), heard);
    }

    /**
     * The data of a tool's answer.
     *
     * @throws UsageException when the tool refuses the arguments
     * @throws CommandFailedException when the tool says no, or the answer is a JSON-RPC error
     */
    ObjectNode data(String name, ObjectNode arguments) {
        ObjectNode result = call(name, arguments, ignored -> {});
        if (result.path("isError").asBoolean(false)) {
            String why = result.path("content").path(0).path("text").asString("refused");
            throw ToolResult.isMisuse(result) ? new UsageException(why) : new CommandFailedException(why);
        }
        return (ObjectNode) result.path("structuredContent");
    }

    /** Calls a tool that may ask this person; the call is made again with each round of answers. */
    ObjectNode call(String name, ObjectNode arguments, Consumer<JsonNode> heard, UserPrompt userPrompt) {
        ObjectNode params = callParams(name, arguments);
        params.withObject("_meta").withObject(META + "clientCapabilities").putObject("elicitation");
        for (int round = 0; round < ROUNDS_MAX; round++) {
            ObjectNode result = exchange(params, heard);
            if (!result.path("resultType").asString("").equals("input_required")) {
                return result;
            }
            ObjectNode answers = params.putObject("inputResponses");
            result.path("inputRequests")
                    .propertyStream()
                    .forEach(asked -> answers.set(asked.getKey(), userPrompt.answer((ObjectNode)
                            asked.getValue().path("params"))));
            params.set("requestState", result.path("requestState"));
        }
        throw new CommandFailedException("the server asked " + ROUNDS_MAX + " times and still does not answer");
    }

    private static ObjectNode callParams(String name, ObjectNode arguments) {
        ObjectNode params = params().put("name", name);
        params.withObject("_meta").put("progressToken", "call");
        params.set("arguments", arguments);
        return params;
    }

    private ObjectNode exchange(ObjectNode params, Consumer<JsonNode> heard) {
        return result(connection.request("tools/call", params, notification -> {
            if (notification.method().equals("notifications/progress")) {
                heard.accept(notification.params());
            }
        }));
    }

    /**
     * Asks for a method of the server's own.
     *
     * @throws CommandFailedException when the answer is a JSON-RPC error
     */
    ObjectNode request(String method) {
        return result(connection.request(method, params(), ignored -> {}));
    }

    String address() {
        return connection.address();
    }

    @Override
    public void close() {
        connection.close();
    }

    private static ObjectNode params() {
        ObjectNode params = JsonRpcCodec.JSON.createObjectNode();
        ObjectNode meta = params.putObject("_meta");
        meta.put(META + "protocolVersion", PROTOCOL_VERSION);
        meta.putObject(META + "clientCapabilities");
        meta.putObject(META + "clientInfo").put("name", "weathervane-call").put("version", PROTOCOL_VERSION);
        return params;
    }

    private static ObjectNode result(JsonRpcMessage.Response response) {
        if (response instanceof JsonRpcMessage.Success success && success.result() instanceof ObjectNode result) {
            return result;
        }
        if (response instanceof JsonRpcMessage.Failure failure) {
            throw new CommandFailedException(failure.message() + " (error " + failure.code() + ")");
        }
        throw new CommandFailedException("the server's answer is no result: " + response);
    }
}

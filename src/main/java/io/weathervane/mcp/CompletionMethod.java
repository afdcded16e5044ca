package io.weathervane.mcp;

import io.weathervane.completion.Completer;
import io.weathervane.completion.CompletionRequest;
import io.weathervane.completion.UpstreamCompletionSource;
import io.weathervane.jsonrpc.JsonRpcCodec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code completion/complete} (MCP server/utilities/completion). */
final class CompletionMethod {
    /** Most values of one answer, by the specification. */
    private static final int VALUES_MAX = 100;

    private final Completer completer;
    private final UpstreamCompletionSource others;
    private final ResultFormatter formatter;

    CompletionMethod(Completer completer, UpstreamCompletionSource others, ResultFormatter formatter) {
        this.completer = completer;
        this.others = others;
        this.formatter = formatter;
    }

    JsonNode complete(RunningCall call) {
        CompletionRequest request = read(call);
        if (!completer.knows(request)) {
            Optional<ObjectNode> theirs = others.complete(withoutMeta(call.request()), call);
            if (theirs.isPresent()) {
                return formatter.plain(call.request().generation(), theirs.get());
            }
        }
        List<String> values = completer.complete(request);
        ObjectNode result = JsonRpcCodec.JSON.createObjectNode();
        ObjectNode completion = result.putObject("completion");
        values.stream().limit(VALUES_MAX).forEach(completion.putArray("values")::add);
        completion.put("total", values.size()).put("hasMore", values.size() > VALUES_MAX);
        return formatter.plain(call.request().generation(), result);
    }

    private static ObjectNode withoutMeta(McpRequest request) {
        ObjectNode params = JsonRpcCodec.JSON.createObjectNode();
        params.setAll(request.params());
        params.remove("_meta");
        return params;
    }

    private static CompletionRequest read(RunningCall call) {
        McpRequest request = call.request();
        ObjectNode reference = RequestParams.object(request, "ref");
        ObjectNode argument = RequestParams.object(request, "argument");
        if (!argument.path("name").isString() || !argument.path("value").isString()) {
            throw RequestParams.invalid("\"argument\" needs the strings \"name\" and \"value\"");
        }
        CompletionRequest.Kind kind = kind(reference.path("type").asString(""));
        return new CompletionRequest(
                kind,
                target(reference.path(kind == CompletionRequest.Kind.PROMPT ? "name" : "uri")),
                argument.path("name").stringValue(),
                argument.path("value").stringValue(),
                known(RequestParams.objectOrNull(request, "context").path("arguments")),
                call.responseChannel().caller());
    }

    private static CompletionRequest.Kind kind(String type) {
        return switch (type) {
            case "ref/prompt" -> CompletionRequest.Kind.PROMPT;
            case "ref/resource" -> CompletionRequest.Kind.RESOURCE;
            default -> throw RequestParams.invalid("\"ref.type\" must be ref/prompt or ref/resource");
        };
    }

    private static String target(JsonNode name) {
        if (!name.isString()) {
            throw RequestParams.invalid("\"ref\" needs the \"name\" of a prompt or the \"uri\" of a resource");
        }
        return name.stringValue();
    }

    private static Map<String, String> known(JsonNode arguments) {
        Map<String, String> known = new HashMap<>();
        for (Map.Entry<String, JsonNode> argument : arguments.properties()) {
            if (argument.getValue().isString()) {
                known.put(argument.getKey(), argument.getValue().stringValue());
            }
        }
        return known;
    }
}

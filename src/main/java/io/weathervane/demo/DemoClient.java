package io.weathervane.demo;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Calls tools over HTTP, as one {@code curl} line would. Safe for use by several threads. */
final class DemoClient {
    private static final Duration CALL_MAX = Duration.ofSeconds(30);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI uri;

    DemoClient(URI uri) {
        this.uri = uri;
    }

    /** The tool's whole result; throws when there is none: no answer, or a JSON-RPC error. */
    JsonNode call(String tool, ObjectNode arguments) throws IOException, InterruptedException {
        ObjectNode message = JsonRpcCodec.JSON
                .createObjectNode()
                .put("jsonrpc", "2.0")
                .put("id", 1)
                .put("method", "tools/call");
        message.putObject("params").put("name", tool).set("arguments", arguments);
        HttpRequest request = HttpRequest.newBuilder(uri)
                .timeout(CALL_MAX)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(JsonRpcCodec.JSON.writeValueAsBytes(message)))
                .build();
        HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        JsonNode result = read(response.body()).path("result");
        if (!result.isObject()) {
            throw new IOException(tool + ": HTTP " + response.statusCode() + " without a result");
        }
        return result;
    }

    /** One of our own tools' answer as data; throws, with the tool's words, when it says no. */
    JsonNode operate(String tool, ObjectNode arguments) throws IOException, InterruptedException {
        JsonNode result = call(tool, arguments);
        if (result.path("isError").asBoolean(false)) {
            throw new IOException(tool + ": " + text(result));
        }
        return result.path("structuredContent");
    }

    static String text(JsonNode result) {
        return result.path("content").path(0).path("text").asString("");
    }

    private static JsonNode read(byte[] body) throws IOException {
        try {
            return JsonRpcCodec.JSON.readTree(body);
        } catch (JacksonException e) {
            throw new IOException("the answer is no JSON", e);
        }
    }
}

package io.weathervane.mcp;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.InputRequest;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads what a client declared that it can be asked. */
final class ClientCapabilityCheck {
    private ClientCapabilityCheck() {}

    /** A client that names modes of elicitation must name the one we use; an empty declaration means it. */
    static boolean allow(JsonNode capabilities, InputRequest.Kind kind) {
        JsonNode declared = capabilities.path(kind.capability());
        if (!declared.isObject()) {
            return false;
        }
        return kind != InputRequest.Kind.ELICITATION || declared.isEmpty() || declared.has("form");
    }

    /** The same for one question: a form, a page to visit, or another kind. */
    static boolean allow(JsonNode capabilities, InputRequest question) {
        boolean page = question.kind() == InputRequest.Kind.ELICITATION
                && question.params().path("mode").asString("").equals("url");
        return page ? capabilities.path(question.kind().capability()).has("url") : allow(capabilities, question.kind());
    }

    static JsonRpcException missing(InputRequest.Kind kind) {
        ObjectNode data = JsonRpcCodec.JSON.createObjectNode();
        data.putObject("requiredCapabilities").putObject(kind.capability());
        return new JsonRpcException(
                ErrorCode.MISSING_CAPABILITY.code(),
                "The client has to be asked for " + kind.capability() + ", and did not declare that it can be",
                data);
    }
}

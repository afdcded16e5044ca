package io.weathervane.gateway;

import io.weathervane.jsonrpc.InputRequest;
import io.weathervane.tool.InputAnswer;
import io.weathervane.tool.ToolFailureException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A worker's questions in the form of ours. */
final class InputRequestMapper {
    private InputRequestMapper() {}

    static Optional<InputRequest> of(String method, ObjectNode params) {
        return InputRequest.Kind.of(method).map(kind -> new InputRequest(kind, params));
    }

    /**
     * All questions of an {@code input_required}.
     *
     * @throws ToolFailureException when one is of a kind that is unknown here
     */
    static Map<String, InputRequest> in(ObjectNode result) {
        Map<String, InputRequest> questions = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : result.path("inputRequests").properties()) {
            String method = entry.getValue().path("method").asString("");
            ObjectNode params = entry.getValue().path("params") instanceof ObjectNode object
                    ? object
                    : JsonNodeFactory.instance.objectNode();
            questions.put(
                    entry.getKey(),
                    of(method, params)
                            .orElseThrow(() -> new ToolFailureException("The worker asks the client for \"" + method
                                    + "\", which cannot be brought to it. The call was ended.")));
        }
        return questions;
    }

    /** The answers as a worker gets them. */
    static ObjectNode responses(Map<String, InputAnswer> answers) {
        ObjectNode responses = JsonNodeFactory.instance.objectNode();
        answers.forEach((key, answer) -> responses.set(key, answer.json()));
        return responses;
    }
}

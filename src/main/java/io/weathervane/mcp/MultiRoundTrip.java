package io.weathervane.mcp;

import io.weathervane.jsonrpc.InputRequest;
import io.weathervane.jsonrpc.InputRequiredException;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.tool.Caller;
import io.weathervane.tool.InputAnswer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.node.ObjectNode;

/**
 * The questions of one modern call. The call is made again with each round of answers; the answers of the rounds
 * before are in its {@code requestState}, so the server keeps nothing of a call that waits for a person.
 */
final class MultiRoundTrip {
    private static final String STATE = "requestState";
    private static final String RESPONSES = "inputResponses";

    /** Where in the state is what a tool remembers, beside what is remembered here. */
    private static final String THEIRS = "theirs";

    /** Params that are not part of what is asked for. */
    private static final List<String> NOT_BOUND = List.of("_meta", STATE, RESPONSES);

    private static final ObjectWriter SORTED = JsonRpcCodec.JSON.writer().with(JsonNodeFeature.WRITE_PROPERTIES_SORTED);

    private final RequestStateSealer states;
    private final McpRequest request;
    private final Caller caller;
    private final ObjectNode answers = JsonRpcCodec.JSON.createObjectNode();
    private final Optional<RequestStateSealer.Opened> state;

    /** Answers to questions that were not asked yet. */
    private final ObjectNode volunteered;

    /**
     * Reads what the request brings.
     *
     * @param repeatable whether the call does no harm when it comes twice: only then may it bring answers without the
     *     state that makes them good for one time
     * @throws io.weathervane.jsonrpc.JsonRpcException invalid params, when the state or the answers are not as they
     *     should be
     */
    MultiRoundTrip(RequestStateSealer states, McpRequest request, Caller caller, boolean repeatable) {
        this.states = states;
        this.request = request;
        this.caller = caller;
        this.state = opened();
        ObjectNode given = RequestParams.object(request, RESPONSES);
        this.volunteered = repeatable && state.isEmpty() ? given : JsonRpcCodec.JSON.createObjectNode();
        state.ifPresent(present -> {
            answers.setAll((ObjectNode) present.remembered().get("answers"));
            present.remembered().path("asked").forEach(key -> take(given, key.stringValue()));
            states.use(present);
        });
    }

    /** What was remembered with the questions of the round before. */
    Optional<ObjectNode> remembered() {
        return state.map(present -> present.remembered().get(THEIRS))
                .filter(ObjectNode.class::isInstance)
                .map(ObjectNode.class::cast);
    }

    /** This round's answers as they came. */
    ObjectNode responses() {
        return RequestParams.object(request, RESPONSES);
    }

    /** The answers to these questions, which all are there, or the call ends with those that are not. */
    Map<String, InputAnswer> ask(Map<String, InputRequest> questions) {
        Map<String, InputAnswer> answered = new LinkedHashMap<>();
        Map<String, InputRequest> open = new LinkedHashMap<>();
        questions.forEach((key, question) -> {
            if (!answers.has(key) && volunteered.has(key)) {
                answers.set(key, volunteered.get(key));
            }
            if (answers.get(key) instanceof ObjectNode answer && question.isAnsweredBy(answer)) {
                answered.put(key, new InputAnswer(answer));
            } else {
                open.put(key, question);
            }
        });
        if (!open.isEmpty()) {
            throw new InputRequiredException(open);
        }
        return answered;
    }

    /** What the client gets instead of a result. The state it sent, if any, may be used again: nothing was done. */
    ObjectNode inputRequired(InputRequiredException inputRequired) {
        state.ifPresent(states::unuse);
        ObjectNode result = JsonRpcCodec.JSON.createObjectNode();
        result.set("inputRequests", inputRequired.inputRequests());
        ObjectNode remembered = JsonRpcCodec.JSON.createObjectNode();
        // Who remembers by himself needs no answers of earlier rounds.
        remembered.set(
                "answers", inputRequired.remembered().isPresent() ? JsonRpcCodec.JSON.createObjectNode() : answers);
        inputRequired.remembered().ifPresent(theirs -> remembered.set(THEIRS, theirs));
        inputRequired.requests().keySet().forEach(answers::remove);
        inputRequired.requests().keySet().forEach(remembered.putArray("asked")::add);
        return result.put(STATE, states.seal(boundTo(), remembered));
    }

    private Optional<RequestStateSealer.Opened> opened() {
        JsonNode given = request.params().path(STATE);
        if (given.isMissingNode()) {
            return Optional.empty();
        }
        if (!given.isString()) {
            throw RequestParams.invalid("\"" + STATE + "\" must be a string");
        }
        return Optional.of(states.open(given.stringValue(), boundTo()));
    }

    private void take(ObjectNode given, String key) {
        JsonNode answer = given.path(key);
        if (answer instanceof ObjectNode) {
            answers.set(key, answer);
        } else if (!answer.isMissingNode()) {
            throw RequestParams.invalid("\"" + RESPONSES + "." + key + "\" must be an object");
        }
    }

    /** Who calls what with which arguments, whatever the order they are written in. */
    private String boundTo() {
        ObjectNode params = request.params().deepCopy();
        params.remove(NOT_BOUND);
        ObjectNode call = JsonRpcCodec.JSON.createObjectNode();
        call.put("caller", caller.name()).put("door", caller.transport().name());
        call.put("method", request.method()).set("params", params);
        return HexFormat.of().formatHex(sha256(SORTED.writeValueAsBytes(call)));
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}

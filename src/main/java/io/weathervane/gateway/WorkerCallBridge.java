package io.weathervane.gateway;

import io.weathervane.jsonrpc.InputRequest;
import io.weathervane.jsonrpc.InputRequiredException;
import io.weathervane.tool.CallChannel;
import io.weathervane.tool.ToolFailureException;
import io.weathervane.worker.WorkerAnswer;
import io.weathervane.worker.WorkerManager;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One request of a client to the worker, and the worker's questions back, until there is a result. The four pairs:
 *
 * <ul>
 *   <li>a modern worker ends the call with its questions; a modern client gets them as they are, a legacy one is asked
 *       while we wait, and the worker is called again with the answers;
 *   <li>a legacy worker asks in the middle of the call; a legacy client is asked while the worker waits, for a modern
 *       one the call awaits its input, and the client's next request goes on with it.
 * </ul>
 *
 * <p>What a modern client's next request has to know is remembered in the state that it brings back: which worker the
 * call began at, and that worker's own state or the ticket of the call that awaits input.
 */
final class WorkerCallBridge {
    /** Most times that a worker is called again with answers, in one request of a legacy client. */
    private static final int ROUNDS_MAX = 16;

    private static final String WORKER = "worker";
    private static final String STATE = "state";
    private static final String REQUEST_STATE = "requestState";
    private static final String RESPONSES = "inputResponses";

    private final WorkerManager workers;
    private final CallChannel caller;
    private final Function<ChannelCallContext, WorkerAnswer> request;

    /** @param request sends the request to the worker */
    WorkerCallBridge(WorkerManager workers, CallChannel caller, Function<ChannelCallContext, WorkerAnswer> request) {
        this.workers = workers;
        this.caller = caller;
        this.request = request;
    }

    /**
     * The worker's result.
     *
     * @throws io.weathervane.worker.WorkerCallException when there is none
     * @throws InputRequiredException when a modern client has to answer first
     */
    ObjectNode result() {
        WorkerAnswer answer = first();
        for (int round = 0; answer.needsInput(); round++) {
            if (round == ROUNDS_MAX) {
                throw new ToolFailureException(
                        "The worker asked " + ROUNDS_MAX + " times and is not done. The call was ended.");
            }
            answer = request.apply(again(answer));
        }
        return answer.result();
    }

    private WorkerAnswer first() {
        Optional<ObjectNode> remembered = caller.remembered();
        if (remembered.isPresent() && remembered.get().has(WorkerManager.TICKET)) {
            return resumed(remembered.get());
        }
        if (remembered.isEmpty() && caller.inputResponses().isEmpty()) {
            return request.apply(ChannelCallContext.of(caller));
        }
        ObjectNode continuation = JsonNodeFactory.instance.objectNode();
        continuation.set(RESPONSES, caller.inputResponses());
        remembered.map(known -> known.get(STATE)).ifPresent(state -> continuation.set(REQUEST_STATE, state));
        Optional<String> worker =
                remembered.map(known -> known.path(WORKER).asString("")).filter(label -> !label.isEmpty());
        return request.apply(new ChannelCallContext(caller, continuation, worker));
    }

    private WorkerAnswer resumed(ObjectNode remembered) {
        Map<String, InputRequest> question = InputRequestMapper.in(remembered);
        String key = question.keySet().iterator().next();
        JsonNode given = caller.inputResponses().path(key);
        ObjectNode answer;
        try {
            answer = Objects.requireNonNull(caller.ask(question).get(key)).json();
        } catch (InputRequiredException e) {
            // Missing, or no answer to this: the same question again, and the call stays where it is.
            throw new InputRequiredException(e.requests(), remembered);
        }
        if (given.isMissingNode()) {
            throw new InputRequiredException(question, remembered);
        }
        return workers.resume(
                remembered.path(WorkerManager.TICKET).asString(""), answer, ChannelCallContext.of(caller));
    }

    /** What the worker is to be asked next: with a legacy client's answers; a modern client's come with its next call. */
    private ChannelCallContext again(WorkerAnswer answer) {
        ObjectNode result = answer.result();
        Map<String, InputRequest> questions = InputRequestMapper.in(result);
        JsonNode state = result.path(REQUEST_STATE);
        if (caller.returnsQuestions()) {
            ObjectNode remembered = JsonNodeFactory.instance.objectNode().put(WORKER, answer.label());
            setIfPresent(remembered, STATE, state);
            throw new InputRequiredException(questions, remembered);
        }
        ObjectNode continuation = JsonNodeFactory.instance.objectNode();
        continuation.set(RESPONSES, InputRequestMapper.responses(caller.ask(questions)));
        setIfPresent(continuation, REQUEST_STATE, state);
        return new ChannelCallContext(caller, continuation, Optional.of(answer.label()));
    }

    private static void setIfPresent(ObjectNode object, String key, JsonNode value) {
        if (!value.isMissingNode()) {
            object.set(key, value);
        }
    }
}

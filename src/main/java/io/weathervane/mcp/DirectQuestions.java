package io.weathervane.mcp;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.tool.ClientErrorException;
import io.weathervane.tool.InputAnswer;
import io.weathervane.tool.InputRequest;
import io.weathervane.tool.ToolFailure;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/** The questions of one legacy call: requests of ours on the call's own stream, waited for one after the other. */
final class DirectQuestions {
    /** How long a person has to answer. */
    private static final Duration ANSWER_MAX = Duration.ofMinutes(5);

    /** How long a question of another server may stay before the client, which gives up earlier if it wants: 1 h. */
    private static final Duration RELAYED_ANSWER_MAX = Duration.ofHours(1);

    private final RunningCall call;

    DirectQuestions(RunningCall call) {
        this.call = call;
    }

    Map<String, InputAnswer> ask(Map<String, InputRequest> questions) {
        Map<String, InputAnswer> answers = new LinkedHashMap<>();
        questions.forEach((key, question) -> answers.put(key, ask(question)));
        return answers;
    }

    /** Asks for another server, which judges the answer itself and knows how long it waits. */
    ObjectNode relay(InputRequest input, Consumer<Runnable> onWithdrawn) {
        JsonRpcMessage.Response response = response(input, RELAYED_ANSWER_MAX, onWithdrawn);
        if (response instanceof JsonRpcMessage.Failure failure) {
            throw new ClientErrorException(failure.code(), failure.message(), failure.data());
        }
        if (response instanceof JsonRpcMessage.Success success && success.result() instanceof ObjectNode result) {
            return result;
        }
        throw new ToolFailure("The client answered with something that is no object.");
    }

    private InputAnswer ask(InputRequest input) {
        return read(input, response(input, ANSWER_MAX, action -> {}));
    }

    private JsonRpcMessage.Response response(InputRequest input, Duration limit, Consumer<Runnable> onWithdrawn) {
        ClientQuestions questions = call.neededSession().questions();
        ClientQuestions.Question question = questions.open(input);
        if (question == null) {
            throw new ToolFailure("The client has too many questions to answer already. Nothing was done.");
        }
        call.onCancel(() -> question.answer().cancel(false));
        try {
            if (!call.send(question.request())) {
                throw new ToolFailure("The client cannot be asked: on HTTP its request has to accept text/event-stream."
                        + " Nothing was done.");
            }
            onWithdrawn.accept(() -> question.answer().completeExceptionally(new WithdrawnException()));
            return question.answer().get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            withdraw(question, "not answered in time");
            throw new ToolFailure("No answer came within " + limit.toMinutes() + " minutes. Nothing was done.");
        } catch (ExecutionException e) {
            withdraw(question, "the answer is not needed any more");
            throw new ToolFailure("The answer is not needed any more.");
        } catch (CancellationException e) {
            throw new ToolFailure("The client is gone. Nothing was done.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ToolFailure("The server is ending. Nothing was done.");
        } finally {
            questions.remove(question);
        }
    }

    /** The question is off. */
    private static final class WithdrawnException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private static InputAnswer read(InputRequest input, JsonRpcMessage.Response response) {
        if (response instanceof JsonRpcMessage.Success success
                && success.result() instanceof ObjectNode result
                && RoundTrip.isAnswerTo(input, result)) {
            return new InputAnswer(result);
        }
        String why = response instanceof JsonRpcMessage.Failure failure
                ? "with the error " + failure.code()
                : "with something that is no answer to " + input.kind().method();
        throw new ToolFailure("The client answered " + why + ". Nothing was done.");
    }

    private void withdraw(ClientQuestions.Question question, String why) {
        ObjectNode params = JsonRpcCodec.JSON.createObjectNode();
        params.set("requestId", question.request().id().toJson());
        call.send(new JsonRpcMessage.Notification(Methods.CANCELLED, params.put("reason", why)));
    }
}

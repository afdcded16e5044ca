package io.weathervane.mcp.legacy;

import io.weathervane.jsonrpc.InputRequest;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.mcp.KnownMethods;
import io.weathervane.mcp.RunningCall;
import io.weathervane.tool.ClientRequestFailedException;
import io.weathervane.tool.InputAnswer;
import io.weathervane.tool.ToolFailureException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The questions of one legacy call: requests of ours on the call's own stream, waited for one after the other. */
final class LegacyInputRequests {
    /** How long a person has to answer. */
    private static final Duration ANSWER_MAX = Duration.ofMinutes(5);

    /** How long a question of another server may stay before the client, which gives up earlier if it wants: 1 h. */
    private static final Duration RELAYED_ANSWER_MAX = Duration.ofHours(1);

    private final RunningCall call;
    private final LegacySession session;

    LegacyInputRequests(RunningCall call, LegacySession session) {
        this.call = call;
        this.session = session;
    }

    Map<String, InputAnswer> ask(Map<String, InputRequest> questions) {
        Map<String, InputAnswer> answers = new LinkedHashMap<>();
        questions.forEach((key, question) -> answers.put(key, ask(question)));
        return answers;
    }

    /** Asks for another server, which judges the answer itself and knows how long it waits. */
    CompletableFuture<ObjectNode> relay(String method, ObjectNode request, Consumer<ObjectNode> progress) {
        PendingClientRequests.Question question = opened(method, request, progress);
        try {
            send(question);
        } catch (ToolFailureException e) {
            questions().remove(question);
            throw e;
        }
        CompletableFuture<ObjectNode> answer = new CompletableFuture<>();
        var unusedClosing = answer.whenComplete((result, failure) -> relayEnded(question, answer, failure));
        var unusedBringing = question.answer().whenComplete((response, gone) -> bring(response, answer));
        return answer.orTimeout(RELAYED_ANSWER_MAX.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** @param response null when the client is gone */
    private static void bring(JsonRpcMessage.@Nullable Response response, CompletableFuture<ObjectNode> answer) {
        if (response instanceof JsonRpcMessage.Failure failure) {
            answer.completeExceptionally(
                    new ClientRequestFailedException(failure.code(), failure.message(), failure.data()));
        } else if (response instanceof JsonRpcMessage.Success success
                && success.result() instanceof ObjectNode result) {
            answer.complete(result);
        } else {
            answer.completeExceptionally(new ToolFailureException(
                    response == null
                            ? "The client is gone."
                            : "The client answered with something that is no object."));
        }
    }

    private void relayEnded(
            PendingClientRequests.Question question,
            CompletableFuture<ObjectNode> answer,
            @Nullable Throwable failure) {
        questions().remove(question);
        if (answer.isCancelled()) {
            withdraw(question, "the answer is not needed any more");
        } else if (failure instanceof TimeoutException) {
            withdraw(question, "not answered in time");
        }
    }

    private InputAnswer ask(InputRequest input) {
        return read(input, response(input));
    }

    private PendingClientRequests questions() {
        return session.questions();
    }

    private PendingClientRequests.Question opened(String method, ObjectNode request, Consumer<ObjectNode> progress) {
        PendingClientRequests.Question question = questions().open(method, request, progress);
        if (question == null) {
            throw new ToolFailureException("The client has too many questions to answer already. Nothing was done.");
        }
        return question;
    }

    private void send(PendingClientRequests.Question question) {
        if (!call.send(question.request())) {
            throw new ToolFailureException(
                    "The client cannot be asked: on HTTP its request has to accept text/event-stream."
                            + " Nothing was done.");
        }
    }

    private JsonRpcMessage.Response response(InputRequest input) {
        PendingClientRequests.Question question = opened(input.kind().method(), input.params(), params -> {});
        call.onCancel(() -> question.answer().cancel(false));
        try {
            send(question);
            return question.answer().get(ANSWER_MAX.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            withdraw(question, "not answered in time");
            throw new ToolFailureException(
                    "No answer came within " + ANSWER_MAX.toMinutes() + " minutes. Nothing was done.");
        } catch (ExecutionException e) {
            throw new AssertionError("a question ends with an answer or is cancelled", e);
        } catch (CancellationException e) {
            throw new ToolFailureException("The client is gone. Nothing was done.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ToolFailureException("The server is ending. Nothing was done.");
        } finally {
            questions().remove(question);
        }
    }

    private static InputAnswer read(InputRequest input, JsonRpcMessage.Response response) {
        if (response instanceof JsonRpcMessage.Success success
                && success.result() instanceof ObjectNode result
                && input.isAnsweredBy(result)) {
            return new InputAnswer(result);
        }
        String why = response instanceof JsonRpcMessage.Failure failure
                ? "with the error " + failure.code()
                : "with something that is no answer to " + input.kind().method();
        throw new ToolFailureException("The client answered " + why + ". Nothing was done.");
    }

    private void withdraw(PendingClientRequests.Question question, String why) {
        ObjectNode params = JsonRpcCodec.JSON.createObjectNode();
        params.set("requestId", question.request().id().toJson());
        params.put("reason", why);
        if (!call.send(new JsonRpcMessage.Notification(KnownMethods.CANCELLED, params))) {
            // The call that brought the question has its answer; the question has gone over to another.
            session.sendNotification(KnownMethods.CANCELLED, params);
        }
    }
}

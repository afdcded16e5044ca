package io.weathervane.worker.protocol;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.jsonrpc.JsonRpcReadException;
import io.weathervane.jsonrpc.PeerMessageReader;
import io.weathervane.jsonrpc.RequestId;
import io.weathervane.jsonrpc.ReservedMcpMethods;
import io.weathervane.util.LogRateLimiter;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerInputRequest;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Sorts what a worker says to the calls that wait for it, on the threads that bring it: answers, progress, questions. What
 * is no call's goes to the channel's listener. A line that is no message is the program's talk: it is logged and skipped, and
 * only a broken answer that names its call fails that call.
 */
final class WorkerMessageSorter {
    /** What a worker may ask of a call's client. */
    private static final Set<String> QUESTIONS = Set.of("elicitation/create", "sampling/createMessage", "roots/list");

    /** A request's id as text. */
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    private static final Logger LOG = LoggerFactory.getLogger("WorkerChannel");

    private final WorkerChannel channel;
    private final String label;
    private final NavigableMap<Long, PendingCall> pending;
    private final UrlElicitationTracker urls;
    private final WorkerChannel.Listener listener;
    private final LogRateLimiter logRateLimiter;
    private final TaskProgressTokens tokens = new TaskProgressTokens();
    private volatile boolean passesExtensions;

    /** What was wrong with the last line that was skipped; empty when there was none. */
    private volatile String lastSkipped = "";

    /** @param pending the calls that wait, as they come and go */
    WorkerMessageSorter(
            WorkerChannel channel,
            String label,
            NavigableMap<Long, PendingCall> pending,
            UrlElicitationTracker urls,
            WorkerChannel.Listener listener,
            LogRateLimiter logRateLimiter) {
        this.channel = channel;
        this.label = label;
        this.pending = pending;
        this.urls = urls;
        this.listener = listener;
        this.logRateLimiter = logRateLimiter;
    }

    /** The worker has announced extensions: what MCP does not name is theirs, and handed on. */
    void passExtensions() {
        passesExtensions = true;
    }

    private boolean isOfExtension(String method) {
        return passesExtensions && !ReservedMcpMethods.contains(method);
    }

    /** Why the last line was skipped; empty when none was. */
    Optional<String> lastSkipped() {
        return Optional.of(lastSkipped).filter(what -> !what.isEmpty());
    }

    /**
     * Takes what the worker said.
     *
     * @param giveBack gives back the memory of it: run here, or by the call that it answers
     * @param on the call on whose own stream it was said; empty when nothing but the message tells
     */
    void received(PeerMessageReader.Received received, Runnable giveBack, Optional<PendingCall> on) {
        boolean kept = false;
        try {
            kept = received.messages().size() == 1
                    && tryKeepMemory(received.messages().get(0), giveBack);
            received.messages().forEach(message -> receive(message, on));
            received.refused().forEach(this::refused);
        } finally {
            if (!kept) {
                giveBack.run();
            }
        }
    }

    /** Whether the message is an answer, whose call gives back its memory. */
    private boolean tryKeepMemory(JsonRpcMessage message, Runnable giveBack) {
        return message instanceof JsonRpcMessage.Success success
                && find(success.id())
                        .filter(call -> call.attachGiveBack(giveBack))
                        .isPresent();
    }

    private void receive(JsonRpcMessage message, Optional<PendingCall> on) {
        if (message instanceof JsonRpcMessage.Success success) {
            answered(success.id(), success);
        } else if (message instanceof JsonRpcMessage.Failure failure) {
            refused(failure, on);
        } else if (message instanceof JsonRpcMessage.Request request) {
            asked(request, on);
        } else if (message instanceof JsonRpcMessage.Notification notification) {
            notified(notification, on);
        }
    }

    /** An error that names no message of ours is about the call on whose stream it came. */
    private void refused(JsonRpcMessage.Failure failure, Optional<PendingCall> on) {
        RequestId id = failure.id();
        if (id != null) {
            answered(id, failure);
        } else if (on.isPresent()) {
            answered(on.get(), failure);
        } else {
            skipped("an error without id: " + failure.message());
        }
    }

    /** Handles a line that looks like a message and is none. */
    private void refused(JsonRpcReadException broken) {
        RequestId id = broken.failure().id();
        if (id != null && broken.isAnswer()) {
            malformed(id, String.valueOf(broken.getMessage()));
        } else {
            // Such as an answer without "jsonrpc", which the clients of the SDKs drop too: its call waits on.
            Optional<PendingCall> named = Optional.ofNullable(id).flatMap(this::find);
            named.ifPresent(call -> call.skipped(String.valueOf(broken.getMessage())));
            skipped(broken.getMessage()
                    + named.map(call -> ", with the id " + call.id() + " of a call")
                            .orElse(""));
        }
    }

    private void answered(RequestId id, JsonRpcMessage.Response answer) {
        Optional<PendingCall> call = find(id);
        if (call.isPresent()) {
            answered(call.get(), answer);
        } else {
            numberOf(id).ifPresent(listener::answeredUnawaited);
        }
    }

    private void answered(PendingCall call, JsonRpcMessage.Response answer) {
        channel.answered(call);
        // Before the next line, which may be about the task already.
        if (answer instanceof JsonRpcMessage.Success success && success.result() instanceof ObjectNode result) {
            TaskIdLocator.madeBy(result).ifPresent(task -> tokens.put(call.id(), task));
        }
        call.complete(answer);
    }

    /** The task that the call with this token for its progress goes on as; empty when there is none. */
    Optional<String> taskOf(JsonNode progressToken) {
        return progressToken.canConvertToLong() ? tokens.find(progressToken.asLong()) : Optional.empty();
    }

    /** The call with this id, unless it has ended already. The SDKs take a number as text for the same, too. */
    private Optional<PendingCall> find(RequestId id) {
        return numberOf(id).map(pending::get);
    }

    private static Optional<Long> numberOf(RequestId id) {
        if (id.value() instanceof Long number) {
            return Optional.of(number);
        }
        return id.value() instanceof String text && NUMBER.matcher(text).matches()
                ? Optional.of(Long.parseLong(text))
                : Optional.empty();
    }

    private void notified(JsonRpcMessage.Notification notification, Optional<PendingCall> on) {
        ObjectNode params = notification.params();
        if (notification.method().equals(WorkerChannel.ACKNOWLEDGED)) {
            // Which request it is about, a key says that is for us and not for our clients.
            listener.notified(notification);
            return;
        }
        McpGeneration.removeOwnKeys(params);
        switch (notification.method()) {
            case "notifications/progress" ->
                callOf(params.path("progressToken"))
                        .filter(call -> call.offer(new CallEvent.Progress(params)))
                        .ifPresentOrElse(call -> {}, () -> listener.notified(notification));
            case "notifications/message" -> logReceived(notification, on);
            case "notifications/cancelled" -> withdrawn(RequestId.from(params.get("requestId")));
            case "notifications/elicitation/complete" ->
                urls.complete(params).ifPresent(client -> client.accept(notification.method(), params));
            default -> toldOrUnknown(notification, on);
        }
    }

    /** Passes a notification of an extension to the client whose call is in flight, where it is only one. */
    private void toldOrUnknown(JsonRpcMessage.Notification notification, Optional<PendingCall> on) {
        CallEvent.Notice notice = new CallEvent.Notice(notification.method(), notification.params());
        boolean taken = isOfExtension(notification.method())
                && meant(on).filter(call -> call.offer(notice)).isPresent();
        if (!taken) {
            listener.notified(notification);
        }
    }

    private Optional<PendingCall> callOf(JsonNode token) {
        return Optional.ofNullable(RequestId.from(token)).flatMap(this::find);
    }

    /** The call whose client is meant: that on whose stream it was said, else the only client's. */
    private Optional<PendingCall> meant(Optional<PendingCall> on) {
        return on.isPresent()
                ? on
                : CallAttribution.among(pending.descendingMap().values().stream())
                        .call();
    }

    private void logReceived(JsonRpcMessage.Notification notification, Optional<PendingCall> on) {
        ObjectNode params = notification.params();
        boolean taken = meant(on)
                .filter(call -> call.offer(new CallEvent.Message(params)))
                .isPresent();
        if (!taken) {
            listener.notified(notification);
            if (LOG.isDebugEnabled() && logRateLimiter.take()) {
                LOG.debug("worker={} says to no call's client: {}", label, params);
            }
        }
    }

    private void withdrawn(@Nullable RequestId question) {
        if (question != null) {
            pending.values().forEach(call -> call.withdrawn(question));
        }
    }

    /** A question about a task is for the client that waits for its result. */
    private CallAttribution addressee(ObjectNode question, Optional<PendingCall> on) {
        if (on.filter(call -> call.audience().isPresent()).isPresent()) {
            return new CallAttribution(on.stream().toList(), /* reason= */ "");
        }
        Optional<String> task = TaskIdLocator.in(question);
        return pending.values().stream()
                .filter(call -> task.isPresent() && call.task().equals(task) && call.mayAsk())
                .findFirst()
                .map(call -> new CallAttribution(List.of(call), /* reason= */ ""))
                .orElseGet(() -> CallAttribution.among(
                        pending.descendingMap().values().stream().filter(PendingCall::mayAsk)));
    }

    /** The worker's ping is answered here, its questions by the client of a call. */
    private void asked(JsonRpcMessage.Request request, Optional<PendingCall> on) {
        if (request.method().equals("ping")) {
            channel.offer(new JsonRpcMessage.Success(request.id(), JsonRpcCodec.JSON.createObjectNode()));
        } else if (!QUESTIONS.contains(request.method()) && !isOfExtension(request.method())) {
            refuse(request, ErrorCode.METHOD_NOT_FOUND, "Method not found: " + request.method());
        } else {
            bring(request, on);
        }
    }

    private void bring(JsonRpcMessage.Request request, Optional<PendingCall> on) {
        CallAttribution attribution = addressee(request.params(), on);
        PendingInputRequest pendingInput = new PendingInputRequest(
                request.id(),
                new WorkerInputRequest(
                        "question-" + request.id(), request.method(), request.params(), channel::sendProgress),
                channel::offer,
                urls);
        if (attribution.calls().stream().noneMatch(call -> call.asked(pendingInput))) {
            String why = attribution.calls().isEmpty()
                    ? attribution.reason()
                    : "its calls have ended, or have too many questions open";
            LOG.info("worker={} is refused {}: {}", label, request.method(), why);
            refuse(request, ErrorCode.INTERNAL_ERROR, "The client cannot be asked: " + why);
        }
    }

    private void refuse(JsonRpcMessage.Request request, ErrorCode code, String why) {
        channel.offer(new JsonRpcMessage.Failure(request.id(), code.code(), why, /* data= */ null));
    }

    void malformed(RequestId id, String what) {
        if (logRateLimiter.take()) {
            LOG.warn("worker={} sent a broken answer id={}: {}", label, id, what);
        }
        find(id).ifPresent(call -> call.fail(new WorkerCallException(
                WorkerCallException.Kind.MALFORMED, "worker " + label + " sent no valid answer: " + what)));
    }

    void skipped(String what) {
        lastSkipped = what;
        if (logRateLimiter.take()) {
            LOG.warn("worker={} wrote a line to its stdout that is no message; it is skipped: {}", label, what);
        }
    }
}

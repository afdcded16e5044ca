package io.weathervane.worker.remote;

import io.weathervane.worker.protocol.AnswerMemoryBudget;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Reads the answer to one request within bounds: an event stream as it comes, anything else whole. */
final class AnswerReader implements HttpResponse.BodySubscriber<CompleteResponse> {
    /** What is kept of a page that is no answer, to be shown: 4 KiB. */
    private static final int PAGE_BYTES_MAX = 4 * 1024;

    private final int status;
    private final HttpHeaders headers;
    private final int bytesMax;
    private final AnswerMemoryBudget memory;
    private final Optional<EventStreamParser> events;
    private final boolean json;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final CompletableFuture<CompleteResponse> whole = new CompletableFuture<>();
    private final AtomicReference<Flow.@Nullable Subscription> subscription = new AtomicReference<>();
    private volatile boolean cancelled;

    /**
     * @param events reads the stream, when the answer is one
     * @param bytesMax most bytes of a message
     */
    AnswerReader(HttpResponse.ResponseInfo info, EventStreamParser events, int bytesMax, AnswerMemoryBudget memory) {
        this.status = info.statusCode();
        this.headers = info.headers();
        this.bytesMax = bytesMax;
        this.memory = memory;
        String type = CompleteResponse.typeOf(headers);
        this.events = type.equals(CompleteResponse.EVENT_STREAM)
                        && status == 200
                        && encoding().isEmpty()
                ? Optional.of(events)
                : Optional.empty();
        this.json = type.equals(CompleteResponse.JSON);
    }

    /** How the body is encoded, which was not asked for; empty when it is plain. */
    private Optional<String> encoding() {
        return headers.firstValue("Content-Encoding")
                .map(text -> text.strip().toLowerCase(Locale.ROOT))
                .filter(text -> !text.isEmpty() && !text.equals("identity"));
    }

    @Override
    public CompletionStage<CompleteResponse> getBody() {
        return whole;
    }

    @Override
    public void onSubscribe(Flow.Subscription newSubscription) {
        subscription.set(newSubscription);
        if (cancelled) {
            newSubscription.cancel();
        } else if (encoding().isPresent()) {
            end("it is encoded as " + encoding().get() + ", which was not asked for");
        } else {
            newSubscription.request(1);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> parts) {
        try {
            parts.forEach(this::take);
        } catch (RuntimeException e) {
            whole.completeExceptionally(e);
            cancel();
        }
        Flow.@Nullable Subscription now = subscription.get();
        if (now != null && !whole.isDone()) {
            now.request(1);
        }
    }

    private void take(ByteBuffer part) {
        if (whole.isDone()) {
            return;
        }
        if (events.isPresent()) {
            events.get().take(part);
            return;
        }
        int length = part.remaining();
        int max = json ? bytesMax : PAGE_BYTES_MAX;
        if (body.size() + length > max) {
            if (!json) {
                copy(part, max - body.size());
            }
            end("it is longer than " + max + " bytes" + (json ? " (workers.messageBytes)" : ""));
        } else if (!memory.isFor(body.size() + (long) length)) {
            end("it is long, and " + memory.refusal());
        } else {
            copy(part, length);
        }
    }

    private void copy(ByteBuffer part, int length) {
        byte[] bytes = new byte[length];
        part.get(bytes);
        body.writeBytes(bytes);
    }

    private void end(String problem) {
        complete(Optional.of(problem));
        cancel();
    }

    private void complete(Optional<String> problem) {
        Runnable giveBack = memory.take();
        if (!whole.complete(new CompleteResponse(status, headers, body.toByteArray(), problem, giveBack))) {
            giveBack.run();
        }
    }

    @Override
    public void onError(Throwable failure) {
        memory.take().run();
        whole.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        complete(Optional.empty());
    }

    /** Reads no further, and has the connection closed. */
    void cancel() {
        cancelled = true;
        Flow.@Nullable Subscription now = subscription.get();
        if (now != null) {
            now.cancel();
        }
        whole.cancel(false);
    }
}

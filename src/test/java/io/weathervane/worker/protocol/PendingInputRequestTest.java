package io.weathervane.worker.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.testing.Await;
import io.weathervane.util.Threads;
import io.weathervane.util.Ticker;
import io.weathervane.worker.SilentCallContext;
import io.weathervane.worker.WorkerInputReply;
import io.weathervane.worker.WorkerInputRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A worker's question when the call that it hangs on ends: the worker gets exactly one reply, whatever comes first. */
@Timeout(60)
class PendingInputRequestTest {
    private static final Duration LONG = Duration.ofMinutes(10);

    private final BlockingQueue<JsonNode> fromUs = new LinkedBlockingQueue<>();
    private Pipe toWorker;
    private Pipe fromWorker;
    private WorkerChannel channel;

    @BeforeEach
    void start() throws IOException {
        toWorker = Pipe.open();
        fromWorker = Pipe.open();
        channel = WorkerChannel.start(
                "test",
                Channels.newInputStream(fromWorker.source()),
                Channels.newOutputStream(toWorker.sink()),
                1024 * 1024,
                Ticker.system(),
                new IgnoresEvents());
        Threads.daemon("test-worker", this::readAll).start();
    }

    @AfterEach
    void end() throws IOException {
        fromWorker.sink().close();
        toWorker.source().close();
    }

    /** Needs nothing but answers. */
    private static final class IgnoresEvents implements WorkerChannel.Listener {
        @Override
        public void notified(JsonRpcMessage.Notification notification) {}

        @Override
        public void answeredUnawaited(long request) {}

        @Override
        public void ended() {}
    }

    private void readAll() {
        try (BufferedReader lines = new BufferedReader(Channels.newReader(toWorker.source(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                fromUs.add(JsonRpcCodec.JSON.readTree(line));
            }
        } catch (IOException e) {
            assertThat(channel.open()).as("the pipe is closed at the end only").isFalse();
        }
    }

    @Test
    void theClientsAnswerReachesTheWorkerThoughItsCallHasEnded() throws Exception {
        Client client = new Client(inputRequest -> new CompletableFuture<>());
        CompletableFuture<JsonNode> waiting = call(client);
        CompletableFuture<JsonNode> ending = call(client);
        say(question(1));
        Await.until("the question", () -> client.replies.size() == 1);

        answer(ending, 2);
        client.replies.get(0).complete(accepted());

        assertThat(next().at("/result/action").asString("")).isEqualTo("accept");
        assertThat(waiting.isDone()).isFalse();
        assertThat(client.replies).as("asked once").hasSize(1);
        answer(waiting, 1);
    }

    @Test
    void theWorkerGetsAnErrorAndTheClientIsToldWhenItsLastCallEnds() throws Exception {
        Client client = new Client(inputRequest -> new CompletableFuture<>());
        CompletableFuture<JsonNode> only = call(client);
        say(question(1));
        Await.until("the question", () -> client.replies.size() == 1);

        answer(only, 1);

        JsonNode reply = next();
        assertThat(reply.path("id").asString("")).isEqualTo("q1");
        assertThat(reply.at("/error/message").asString("")).contains("has ended");
        Await.until("the client is told", () -> client.replies.get(0).isCancelled());
    }

    @Test
    void nothingIsRepliedToAQuestionThatTheWorkerTookBack() throws Exception {
        Client client = new Client(inputRequest -> new CompletableFuture<>());
        CompletableFuture<JsonNode> only = call(client);
        say(question(1));
        Await.until("the question", () -> client.replies.size() == 1);

        say("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":\"q1\"}}");
        Await.until("it is taken back", () -> client.replies.get(0).isCancelled());
        answer(only, 1);

        assertThat(fromUs.poll(50, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void aQuestionOfAnotherClientIsNeverHandedOver() throws Exception {
        Client ann = new Client(inputRequest -> new CompletableFuture<>());
        Client bob = new Client(inputRequest -> new CompletableFuture<>(), "bob");
        CompletableFuture<JsonNode> anns = call(ann);
        say(question(1));
        Await.until("the question", () -> ann.replies.size() == 1);
        CompletableFuture<JsonNode> bobs = call(bob);

        answer(anns, 1);

        assertThat(next().has("error")).isTrue();
        assertThat(bob.replies).isEmpty();
        answer(bobs, 2);
    }

    @Test
    void eachQuestionGetsExactlyOneReplyWhicheverCallEndsMeanwhile() throws Exception {
        Client client = new Client(inputRequest -> CompletableFuture.completedFuture(accepted()));
        for (int round = 0; round < 300; round++) {
            CompletableFuture<JsonNode> asking = call(client);
            CompletableFuture<JsonNode> ending = call(client);
            long id = 2L * round + 1;
            String answered = String.format("{\"jsonrpc\":\"2.0\",\"id\":%d,\"result\":{}}", id + 1);

            say(round % 2 == 0 ? question(round) + "\n" + answered : answered + "\n" + question(round));

            JsonNode reply = next();
            assertThat(reply.path("id").asString("")).isEqualTo("q" + round);
            assertThat(reply.has("result")).as("%s", reply).isTrue();
            ending.get();
            answer(asking, id);
        }
        assertThat(fromUs).isEmpty();
    }

    /** A call that has reached the worker. */
    private CompletableFuture<JsonNode> call(Client client) throws InterruptedException {
        CompletableFuture<JsonNode> result = new CompletableFuture<>();
        long id = channel.nextId();
        ObjectNode params = JsonNodeFactory.instance.objectNode();
        Threads.daemon("caller", () -> {
                    try {
                        result.complete(channel.request(id, "tools/call", params, LONG, client, call -> {}));
                    } catch (RuntimeException e) {
                        result.completeExceptionally(e);
                    }
                })
                .start();
        assertThat(next().path("id").asLong()).isEqualTo(id);
        return result;
    }

    private void answer(CompletableFuture<JsonNode> call, long id) throws Exception {
        say(String.format("{\"jsonrpc\":\"2.0\",\"id\":%d,\"result\":{}}", id));
        call.get();
    }

    private JsonNode next() throws InterruptedException {
        JsonNode message = fromUs.poll(20, TimeUnit.SECONDS);
        assertThat(message).as("what the worker is told").isNotNull();
        return message;
    }

    private static String question(int number) {
        return String.format(
                "{\"jsonrpc\":\"2.0\",\"id\":\"q%d\",\"method\":\"elicitation/create\",\"params\":{\"message\":\"?\"}}",
                number);
    }

    private void say(String lines) {
        try {
            fromWorker.sink().write(StandardCharsets.UTF_8.encode(lines + "\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static WorkerInputReply accepted() {
        return new WorkerInputReply.Answer(JsonNodeFactory.instance.objectNode().put("action", "accept"));
    }

    private static final class Client extends SilentCallContext {
        private final Function<WorkerInputRequest, CompletableFuture<WorkerInputReply>> answers;
        private final String name;
        private final List<CompletableFuture<WorkerInputReply>> replies = new CopyOnWriteArrayList<>();

        Client(Function<WorkerInputRequest, CompletableFuture<WorkerInputReply>> answers) {
            this(answers, "ann");
        }

        Client(Function<WorkerInputRequest, CompletableFuture<WorkerInputReply>> answers, String name) {
            this.answers = answers;
            this.name = name;
        }

        @Override
        public Optional<Object> audience() {
            return Optional.of(name);
        }

        @Override
        public CompletableFuture<WorkerInputReply> ask(WorkerInputRequest inputRequest) {
            CompletableFuture<WorkerInputReply> reply = answers.apply(inputRequest);
            replies.add(reply);
            return reply;
        }
    }
}

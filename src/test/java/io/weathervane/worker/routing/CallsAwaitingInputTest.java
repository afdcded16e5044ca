package io.weathervane.worker.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.weathervane.jsonrpc.InputRequest;
import io.weathervane.jsonrpc.InputRequiredException;
import io.weathervane.testing.Await;
import io.weathervane.util.Threads;
import io.weathervane.worker.SampleReleases;
import io.weathervane.worker.SilentCallContext;
import io.weathervane.worker.TestWorkers;
import io.weathervane.worker.ToolErrorPolicy;
import io.weathervane.worker.WorkerAnswer;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerInputReply;
import io.weathervane.worker.WorkerInputRequest;
import io.weathervane.worker.WorkerManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Questions of real workers in the middle of a call, for clients that answer later, and whose they are. */
class CallsAwaitingInputTest {
    private static final String QUESTION = "printf"
            + " '{\"jsonrpc\":\"2.0\",\"id\":\"q1\",\"method\":\"elicitation/create\",\"params\":{\"message\":\"?\"}}\\n"
            + "'";
    private static final String READ_REPLY = "; read -r reply; echo \"got $reply\" >&2; ";

    private final BackgroundExecutor background = new BackgroundExecutor();
    private final List<Worker> started = new ArrayList<>();

    @AfterEach
    void end() {
        started.forEach(worker -> worker.dispose(Duration.ofMillis(100), Duration.ofSeconds(2)));
        background.close();
    }

    @Test
    void anAnsweredQuestionLetsTheCallGoOnOnce() {
        Worker worker = asking(QUESTION + READ_REPLY + SampleReleases.ECHO_ANSWER);
        CallsAwaitingInput suspended = new CallsAwaitingInput(background, Duration.ofMinutes(1));

        InputRequiredException question = suspended(suspended, worker);
        assertThat(question.requests().values())
                .singleElement()
                .returns(InputRequest.Kind.ELICITATION, InputRequest::kind);
        assertThat(worker.leases().inUse()).isEqualTo(1);
        WorkerAnswer answer =
                suspended.resume(ticket(question), accepted(), new Client("ann"), ToolErrorPolicy.RELATIVE);

        assertThat(answer.result().toString()).contains("hello");
        assertThat(worker.leases().inUse()).isZero();
        awaitStderr(worker, "\"action\":\"accept\"");
        assertThat(worker.tally().now().requests()).isEqualTo(1);
        assertThat(catchThrowableOfType(
                                WorkerCallException.class,
                                () -> suspended.resume(
                                        ticket(question), accepted(), new Client("ann"), ToolErrorPolicy.RELATIVE))
                        .reason())
                .contains("is over");
    }

    @Test
    void aQuestionThatNobodyAnswersIsCancelledWithItsCall() {
        Worker worker = asking(QUESTION + READ_REPLY);
        CallsAwaitingInput suspended = new CallsAwaitingInput(background, Duration.ofMillis(100));

        InputRequiredException question = suspended(suspended, worker);
        Await.until("the lease is back", () -> worker.leases().inUse() == 0);

        awaitStderr(worker, "\"action\":\"cancel\"");
        assertThat(catchThrowableOfType(
                                WorkerCallException.class,
                                () -> suspended.resume(
                                        ticket(question), accepted(), new Client("ann"), ToolErrorPolicy.RELATIVE))
                        .kind())
                .isEqualTo(WorkerCallException.Kind.LOST);
    }

    @Test
    void whileTwoClientsHaveCallsInFlightNeitherIsAsked() throws Exception {
        String both = "first=$id; read -r line; id=${line#*'\"id\":'}; id=${id%%,*}; " + QUESTION + READ_REPLY
                + SampleReleases.ECHO_ANSWER + "; id=$first; " + SampleReleases.ECHO_ANSWER;
        Worker worker = asking(both);
        Client ann = new Client("ann");
        Client bob = new Client("bob");

        // A thread for each: the common pool may have no more than one.
        Executor clients = work -> Threads.daemon("client", work).start();
        CompletableFuture<ObjectNode> first = CompletableFuture.supplyAsync(() -> call(worker, ann), clients);
        CompletableFuture<ObjectNode> second = CompletableFuture.supplyAsync(() -> call(worker, bob), clients);

        assertThat(first.get().toString() + second.get()).contains("hello");
        assertThat(ann.asked).isEmpty();
        assertThat(bob.asked).isEmpty();
        awaitStderr(worker, "calls of several clients are in flight");
    }

    /** What the worker was told, as it repeats it; a thread of its own reads that. */
    private static void awaitStderr(Worker worker, String text) {
        Await.until(
                "the worker was told " + text,
                () -> worker.server().lastStderrLines().toString().contains(text));
    }

    private static InputRequiredException suspended(CallsAwaitingInput suspended, Worker worker) {
        assertThat(worker.leases().take()).isTrue();
        try {
            return catchThrowableOfType(
                    InputRequiredException.class,
                    () -> suspended.orAwaitInput(worker, one -> call(one, new Client("ann"))));
        } finally {
            worker.leases().giveBack();
        }
    }

    private static String ticket(InputRequiredException question) {
        return question.remembered().orElseThrow().path(WorkerManager.TICKET).stringValue();
    }

    private static ObjectNode call(Worker worker, Client client) {
        return worker.call("echo", SampleReleases.text("x"), client, ToolErrorPolicy.RELATIVE);
    }

    private Worker asking(String onCall) {
        return Worker.start(
                SampleReleases.quick("asking", SampleReleases.ECHO_TOOL, onCall),
                TestWorkers.mark(),
                Duration.ofSeconds(20),
                0,
                TestWorkers.dependencies(TestWorkers.OPTIONS),
                started::add);
    }

    private static ObjectNode accepted() {
        return JsonNodeFactory.instance.objectNode().put("action", "accept");
    }

    /** One who answers later. */
    private static final class Client extends SilentCallContext {
        private final String name;
        private final List<WorkerInputRequest> asked = new CopyOnWriteArrayList<>();

        Client(String name) {
            this.name = name;
        }

        @Override
        public Optional<Object> audience() {
            return Optional.of(name);
        }

        @Override
        public CompletableFuture<WorkerInputReply> ask(WorkerInputRequest inputRequest) {
            asked.add(inputRequest);
            throw new InputRequiredException(
                    Map.of(inputRequest.key(), new InputRequest(InputRequest.Kind.ELICITATION, inputRequest.params())));
        }
    }
}

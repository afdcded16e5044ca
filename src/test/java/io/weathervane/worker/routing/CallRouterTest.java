package io.weathervane.worker.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.weathervane.testing.FakeTicker;
import io.weathervane.worker.CallTotals;
import io.weathervane.worker.CompletedCall;
import io.weathervane.worker.Role;
import io.weathervane.worker.SampleReleases;
import io.weathervane.worker.SilentCallContext;
import io.weathervane.worker.TestWorkers;
import io.weathervane.worker.WorkerAnswer;
import io.weathervane.worker.WorkerCallContext;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerCallException.Kind;
import io.weathervane.worker.WorkerPolicy;
import io.weathervane.worker.WorkerTimeouts;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** Which worker gets a call, and what becomes of a call that fails, with workers that have no process. */
class CallRouterTest {
    private static final String READ_ONLY = InMemoryWorker.tool("echo", "readOnlyHint");
    private static final String IDEMPOTENT = InMemoryWorker.tool("echo", "idempotentHint");
    private static final String RISKY = InMemoryWorker.tool("echo");

    private final RoleAssignments roles = new RoleAssignments();
    private final TaskTable tasks = new TaskTable("");
    private final BackgroundExecutor background = new BackgroundExecutor();
    private final List<InMemoryWorker> workers = new ArrayList<>();
    private final List<CompletedCall> completed = new ArrayList<>();
    private final CallRouter router = router(TestWorkers.OPTIONS);

    private CallRouter router(WorkerPolicy policy) {
        return new CallRouter(
                roles,
                () -> policy,
                new FakeTicker(),
                new CallsAwaitingInput(background, CallsAwaitingInput.LIFETIME),
                tasks,
                new ToolListGrace(roles, Clock.systemUTC(), new FakeTicker()));
    }

    /** What is known of the caller. */
    private static final class Client extends SilentCallContext {
        private String key = "";
        private Optional<String> pinned = Optional.empty();
        private boolean asTask;
        private boolean cancelled;

        Client key(String newKey) {
            key = newKey;
            return this;
        }

        Client pinned(String label) {
            pinned = Optional.of(label);
            return this;
        }

        Client asTask() {
            asTask = true;
            return this;
        }

        void cancel() {
            cancelled = true;
        }

        @Override
        public String callerKey() {
            return key;
        }

        @Override
        public Optional<String> pinned() {
            return pinned;
        }

        @Override
        public Optional<ObjectNode> task() {
            return asTask ? Optional.of(SampleReleases.object()) : Optional.empty();
        }

        @Override
        public boolean cancelled() {
            return cancelled;
        }

        @Override
        public String owner() {
            return "ann";
        }
    }

    @AfterEach
    void ends() {
        workers.forEach(InMemoryWorker::close);
        background.close();
    }

    private InMemoryWorker worker(String label) {
        InMemoryWorker worker = new InMemoryWorker(label);
        workers.add(worker);
        return worker;
    }

    private InMemoryWorker active(String label) {
        InMemoryWorker worker = worker(label);
        assign(Role.ACTIVE, worker);
        return worker;
    }

    private InMemoryWorker canary(String label, int weight) {
        InMemoryWorker worker = worker(label);
        roles.set(roles.now().with(Role.CANARY, RoleSlot.of(worker.worker()).withCanaryWeight(weight)));
        return worker;
    }

    private void assign(Role role, InMemoryWorker worker) {
        roles.set(roles.now().with(role, RoleSlot.of(worker.worker())));
    }

    private WorkerAnswer call(WorkerCallContext client) {
        return router.call("echo", SampleReleases.text("hello"), client);
    }

    private String answeredBy(WorkerCallContext client) {
        return call(client).label();
    }

    private WorkerCallException failure(WorkerCallContext client) {
        return catchThrowableOfType(WorkerCallException.class, () -> call(client));
    }

    private void listen() {
        var unused = router.listeners().add(completed::add);
    }

    private static CallTotals counts(InMemoryWorker worker) {
        return worker.worker().tally().now();
    }

    // No worker to call

    @Test
    void failsAtOnceWhereNoWorkerIsConfigured() {
        WorkerCallException failure = failure(new Client());

        assertThat(failure.kind()).isEqualTo(Kind.NONE_ACTIVE);
        assertThat(failure.reason()).contains("the configuration names none");
    }

    @Test
    void failsAtOnceForAWorkerThatIsNotStartedAgain() {
        InMemoryWorker dead = active("v1");
        dead.close();
        roles.set(roles.now().with(Role.ACTIVE, RoleSlot.of(dead.worker()).abandon()));

        WorkerCallException failure = failure(new Client());

        assertThat(failure.kind()).isEqualTo(Kind.NONE_ACTIVE);
        assertThat(failure.reason()).contains("the active worker v1 is down", "worker_status");
        assertThat(dead.calls()).isEmpty();
    }

    @Test
    void waitsForAReplacementNoLongerThanThePolicySays() {
        active("v1").close();
        WorkerTimeouts given = TestWorkers.OPTIONS.timeouts();
        WorkerPolicy impatient = TestWorkers.OPTIONS.with(
                new WorkerTimeouts(
                        given.drainTimeout(),
                        given.startTimeout(),
                        given.stopTimeout(),
                        Duration.ofMillis(1),
                        Optional.empty()),
                TestWorkers.NO_RESTART);

        WorkerCallException failure = catchThrowableOfType(
                WorkerCallException.class, () -> router(impatient).call("echo", SampleReleases.object(), new Client()));

        assertThat(failure.kind()).isEqualTo(Kind.NONE_ACTIVE);
    }

    @Test
    void givesACallToTheReplacementThatItWaitedFor() {
        active("v1").close();
        CompletableFuture<String> call = CompletableFuture.supplyAsync(() -> answeredBy(new Client()));

        active("v1 again");

        assertThat(call.join()).isEqualTo("v1 again");
    }

    @Test
    void anInterruptedCallerWaitsForNoReplacement() {
        active("v1").close();
        Thread.currentThread().interrupt();

        WorkerCallException failure = failure(new Client());

        assertThat(Thread.interrupted()).as("is still said").isTrue();
        assertThat(failure.kind()).isEqualTo(Kind.CANCELLED);
    }

    @Test
    void givesNoCallToAWorkerThatTakesNoneAnyMore() {
        InMemoryWorker leaving = active("v1");
        leaving.worker().leases().close();
        CompletableFuture<String> call = CompletableFuture.supplyAsync(() -> answeredBy(new Client()));

        active("v2");

        assertThat(call.join()).isEqualTo("v2");
        assertThat(leaving.calls()).isEmpty();
    }

    // A call that was lost with its worker

    @ParameterizedTest
    @ValueSource(strings = {"readOnlyHint", "idempotentHint"})
    void makesALostCallAgainWhereBothWorkersSayThatThisDoesNoHarm(String hint) {
        String tool = InMemoryWorker.tool("echo", hint);
        InMemoryWorker next = worker("v2").tools(tool);
        InMemoryWorker lost = active("v1").tools(tool).nextIsLost(() -> assign(Role.ACTIVE, next));

        assertThat(answeredBy(new Client())).isEqualTo("v2");

        assertThat(lost.calls()).hasSize(1);
        assertThat(next.calls()).hasSize(1);
        assertThat(counts(lost)).isEqualTo(new CallTotals(1, 1, 1));
        assertThat(counts(next)).isEqualTo(new CallTotals(1, 0, 0));
    }

    @Test
    void neverRepeatsALostCallThatMayDoHarm() {
        InMemoryWorker next = worker("v2").tools(IDEMPOTENT);
        active("v1").tools(RISKY).nextIsLost(() -> assign(Role.ACTIVE, next));

        assertThat(failure(new Client()).kind()).isEqualTo(Kind.LOST);

        assertThat(next.calls()).isEmpty();
    }

    @Test
    void repeatsNoLostCallOnAWorkerThatDoesNotSayThatThisDoesNoHarm() {
        InMemoryWorker next = worker("v2").tools(RISKY);
        active("v1").tools(IDEMPOTENT).nextIsLost(() -> assign(Role.ACTIVE, next));

        WorkerCallException failure = failure(new Client());

        assertThat(failure.reason()).isEqualTo("v1 ended");
        assertThat(next.calls()).isEmpty();
        assertThat(next.inUse()).as("its lease is given back").isZero();
    }

    @Test
    void repeatsALostCallOnceOnly() {
        InMemoryWorker third = worker("v3");
        InMemoryWorker second = worker("v2").nextIsLost(() -> assign(Role.ACTIVE, third));
        active("v1").nextIsLost(() -> assign(Role.ACTIVE, second));

        WorkerCallException failure = failure(new Client());

        assertThat(failure.kind()).isEqualTo(Kind.LOST);
        assertThat(failure.reason()).isEqualTo("v2 ended");
        assertThat(third.calls()).isEmpty();
    }

    @Test
    void repeatsACallOfTheCanaryThatWasLostOnTheActiveWorker() {
        active("v1");
        InMemoryWorker canary = canary("v2", 100).nextIsLost(() -> {});

        assertThat(answeredBy(new Client())).isEqualTo("v1");

        assertThat(canary.calls()).hasSize(1);
    }

    // A call that no worker got

    @Test
    void givesACallThatNoWorkerGotToTheNextWhateverItDoes() {
        InMemoryWorker next = worker("v2").tools(RISKY);
        InMemoryWorker first = active("v1").tools(RISKY).next(() -> {
            assign(Role.ACTIVE, next);
            throw new WorkerCallException(Kind.NOT_SENT, "not sent");
        });

        assertThat(answeredBy(new Client())).isEqualTo("v2");

        assertThat(counts(first)).as("no fault of the worker's calls").isEqualTo(CallTotals.NONE);
    }

    @Test
    void givesUpACallThatNoWorkerGotAfterThreeAttempts() {
        InMemoryWorker one = worker("v1");
        InMemoryWorker other = worker("v2");
        for (int i = 0; i < 3; i++) {
            one.next(() -> notSent(other));
            other.next(() -> notSent(one));
        }
        assign(Role.ACTIVE, one);

        assertThat(failure(new Client()).kind()).isEqualTo(Kind.NOT_SENT);

        assertThat(one.calls().size() + other.calls().size()).isEqualTo(3);
        assertThat(one.inUse() + other.inUse()).isZero();
    }

    private ObjectNode notSent(InMemoryWorker next) {
        assign(Role.ACTIVE, next);
        throw new WorkerCallException(Kind.NOT_SENT, "not sent");
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"LOST", "NOT_SENT"})
    void repeatsNoCallThatItsCallerHasCancelled(Kind kind) {
        Client client = new Client();
        InMemoryWorker next = worker("v2");
        active("v1").next(() -> {
            assign(Role.ACTIVE, next);
            client.cancel();
            throw new WorkerCallException(kind, "failed");
        });

        assertThat(failure(client).kind()).isEqualTo(kind);

        assertThat(next.calls()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"LOST", "NOT_SENT"})
    void repeatsNoCallThatFailedInAnyOtherWay(Kind kind) {
        InMemoryWorker worker = active("v1").nextFails(kind);

        assertThat(failure(new Client()).kind()).isEqualTo(kind);

        assertThat(worker.calls()).hasSize(1);
        assertThat(worker.inUse()).isZero();
    }

    // A call for a worker that its caller names

    @ParameterizedTest
    @ValueSource(strings = {"previous", "v0"})
    void givesAPinnedCallToTheWorkerOfThatRoleOrLabel(String requestedWorker) {
        active("v1");
        assign(Role.PREVIOUS, worker("v0"));

        assertThat(answeredBy(new Client().pinned(requestedWorker))).isEqualTo("v0");
    }

    @Test
    void refusesAPinToAWorkerThatIsNotThereAndSaysWhichAre() {
        InMemoryWorker worker = active("v1");

        WorkerCallException failure = failure(new Client().pinned("v9"));

        assertThat(failure.kind()).isEqualTo(Kind.NONE_ACTIVE);
        assertThat(failure.reason()).contains("no worker v9 is there", "active v1");
        assertThat(worker.calls()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"LOST", "NOT_SENT"})
    void neverGivesAPinnedCallToAnotherWorker(Kind kind) {
        InMemoryWorker active = active("v1");
        assign(Role.PREVIOUS, worker("v0").nextFails(kind));

        assertThat(failure(new Client().pinned("v0")).kind()).isEqualTo(kind);

        assertThat(active.calls()).isEmpty();
    }

    @Test
    void refusesAPinToAWorkerWhoseToolDoesMoreThanTheActiveOnesPromises() {
        active("v1").tools(READ_ONLY);
        InMemoryWorker pinned = worker("v0").tools(RISKY);
        assign(Role.PREVIOUS, pinned);

        WorkerCallException failure = failure(new Client().pinned("v0"));

        assertThat(failure.reason()).contains("does not say of echo that it only reads", "nothing was called");
        assertThat(pinned.calls()).isEmpty();
        assertThat(pinned.inUse()).isZero();
    }

    // A call for the canary

    @Test
    void givesNoCallToACanaryWithoutWeight() {
        active("v1");
        canary("v2", 0);

        assertThat(IntStream.range(0, 50).mapToObj(i -> answeredBy(new Client().key("caller " + i))))
                .containsOnly("v1");
    }

    @Test
    void givesACallerThatNothingIsKnownOfToTheCanaryOnlyAtFullWeight() {
        active("v1");
        canary("v2", 99);
        assertThat(answeredBy(new Client())).isEqualTo("v1");

        roles.set(roles.now().with(Role.CANARY, roles.now().canary().withCanaryWeight(100)));

        assertThat(answeredBy(new Client())).isEqualTo("v2");
    }

    @Test
    void leavesEachCallerWithItsWorkerWhileTheWeightGrows() {
        active("v1");
        canary("v2", 20);
        Set<String> few = callersOf("v2");
        roles.set(roles.now().with(Role.CANARY, roles.now().canary().withCanaryWeight(60)));

        assertThat(callersOf("v2")).containsAll(few).hasSizeBetween(80, 160);
        assertThat(few).hasSizeBetween(15, 75);
    }

    /** Out of 200. */
    private Set<String> callersOf(String label) {
        return IntStream.range(0, 200)
                .mapToObj(i -> "caller " + i)
                .filter(key -> answeredBy(new Client().key(key)).equals(label))
                .collect(Collectors.toSet());
    }

    @Test
    void givesTheActiveWorkerWhatTheCanaryLacks() {
        active("v1");
        canary("v2", 100).tools();

        assertThat(answeredBy(new Client())).isEqualTo("v1");
    }

    @Test
    void givesTheActiveWorkerWhatWouldDoMoreOnTheCanaryThanItsListPromises() {
        active("v1").tools(READ_ONLY);
        InMemoryWorker canary = canary("v2", 100).tools(RISKY);

        assertThat(answeredBy(new Client())).isEqualTo("v1");

        assertThat(canary.calls()).isEmpty();
    }

    @Test
    void givesTheActiveWorkerACallAsATaskWhereTheCanaryHasNoTasks() {
        active("v1");
        InMemoryWorker canary = canary("v2", 100);
        assertThat(answeredBy(new Client().asTask())).isEqualTo("v1");

        canary.withTasks();

        assertThat(answeredBy(new Client().asTask())).isEqualTo("v2");
    }

    @Test
    void givesTheActiveWorkerTheCallsOfACanaryThatHasEndedOrLeaves() {
        active("v1");
        canary("v2", 100).close();
        assertThat(answeredBy(new Client())).isEqualTo("v1");

        canary("v3", 100).worker().leases().close();

        assertThat(answeredBy(new Client())).isEqualTo("v1");
    }

    // Leases, tasks, counters and listeners

    @Test
    void holdsALeaseJustAsLongAsTheCall() {
        InMemoryWorker worker = active("v1");
        List<Integer> during = new ArrayList<>();
        worker.next(() -> {
            during.add(worker.inUse());
            return SampleReleases.object();
        });

        call(new Client());

        assertThat(during).containsExactly(1);
        assertThat(worker.inUse()).isZero();
    }

    @Test
    void givesTheLeaseBackWhateverIsThrown() {
        InMemoryWorker worker = active("v1").next(() -> {
            throw new IllegalStateException("a defect");
        });

        assertThat(catchThrowableOfType(IllegalStateException.class, () -> call(new Client())))
                .hasMessage("a defect");

        assertThat(worker.inUse()).isZero();
    }

    @Test
    void remembersWhichWorkerHasATaskAndTellsNoListener() {
        listen();
        InMemoryWorker worker = active("v1").next(() -> task("t1"));

        ObjectNode result = call(new Client()).result();

        assertThat(result.at("/task/taskId").asString()).isEqualTo("t1");
        assertThat(tasks.find("ann", "t1").orElseThrow().worker()).isSameAs(worker.worker());
        assertThat(completed).as("what comes of it is not known yet").isEmpty();
    }

    @Test
    void showsAnOwnersTasksOfTwoWorkersUnderTwoNames() {
        active("v1").next(() -> task("t1"));
        call(new Client());
        InMemoryWorker second = active("v2").next(() -> task("t1"));

        ObjectNode result = call(new Client()).result();

        assertThat(result.at("/task/taskId").asString()).isEqualTo("t1.2");
        assertThat(tasks.find("ann", "t1.2").orElseThrow().worker()).isSameAs(second.worker());
    }

    private static ObjectNode task(String id) {
        ObjectNode result = SampleReleases.object();
        result.putObject("task").put("taskId", id).put("status", "working");
        return result;
    }

    @Test
    void tellsListenersOnceOfACallThatTwoWorkersHad() {
        listen();
        InMemoryWorker next = worker("v2");
        active("v1").nextIsLost(() -> assign(Role.ACTIVE, next));

        call(new Client());

        assertThat(completed).singleElement().satisfies(call -> {
            assertThat(call.answer().orElseThrow().label()).isEqualTo("v2");
            assertThat(call.role()).isEqualTo(Role.ACTIVE);
            assertThat(call.readOnly()).isTrue();
        });
    }

    @Test
    void tellsListenersOfACallWithoutAnAnswerButOfNoneThatWasCancelled() {
        listen();
        active("v1").nextFails(Kind.TIMEOUT).nextFails(Kind.CANCELLED);

        failure(new Client());
        failure(new Client());

        assertThat(completed).singleElement().extracting(CompletedCall::answer).isEqualTo(Optional.empty());
    }

    @Test
    void aListenerThatFailsCostsNoCall() {
        var unused = router.listeners().add(call -> {
            throw new IllegalStateException("a listener broke");
        });
        listen();
        active("v1");

        assertThat(answeredBy(new Client())).isEqualTo("v1");

        assertThat(completed).hasSize(1);
    }

    @Test
    void countsACallAtTheWorkerThatHadIt() {
        InMemoryWorker active = active("v1");
        InMemoryWorker canary = canary("v2", 100).nextFails(Kind.TIMEOUT);

        failure(new Client());
        call(new Client());

        assertThat(counts(canary)).isEqualTo(new CallTotals(2, 1, 0));
        assertThat(counts(active)).isEqualTo(CallTotals.NONE);
    }

    @Test
    void aDirectCallCountsNowhereAndGoesToNoOtherWorker() {
        listen();
        InMemoryWorker active = active("v1");
        InMemoryWorker previous = worker("v0").nextFails(Kind.NOT_SENT);
        assign(Role.PREVIOUS, previous);

        assertThat(catchThrowableOfType(WorkerCallException.class, () -> direct(Role.PREVIOUS))
                        .kind())
                .isEqualTo(Kind.NOT_SENT);
        assertThat(direct(Role.PREVIOUS).label()).isEqualTo("v0");

        assertThat(counts(previous)).isEqualTo(CallTotals.NONE);
        assertThat(previous.inUse()).isZero();
        assertThat(active.calls()).isEmpty();
        assertThat(completed).isEmpty();
    }

    @Test
    void refusesADirectCallToARoleWithoutAWorker() {
        active("v1");

        assertThat(catchThrowableOfType(WorkerCallException.class, () -> direct(Role.CANARY))
                        .reason())
                .contains("there is no canary worker running", "active v1");
    }

    private WorkerAnswer direct(Role role) {
        return router.callDirectly(role, "echo", SampleReleases.object(), WorkerCallContext.none());
    }

    // Requests other than calls

    @Test
    void repeatsARequestThatWasLostOnceSinceItOnlyReads() {
        InMemoryWorker next = worker("v2");
        active("v1").nextIsLost(() -> assign(Role.ACTIVE, next));

        assertThat(request(new Client()).label()).isEqualTo("v2");
        next.nextIsLost(() -> assign(Role.ACTIVE, worker("v3").nextFails(Kind.LOST)));

        assertThat(catchThrowableOfType(WorkerCallException.class, () -> request(new Client()))
                        .kind())
                .isEqualTo(Kind.LOST);
    }

    @Test
    void repeatsARequestOfWhichNothingIsKnownOnlyWhenNoWorkerGotIt() {
        InMemoryWorker second = worker("v2");
        InMemoryWorker third = worker("v3");
        active("v1").next(() -> notSent(second));
        second.nextIsLost(() -> assign(Role.ACTIVE, third));

        assertThat(catchThrowableOfType(
                                WorkerCallException.class,
                                () -> router.requestOnce("vendor/do", SampleReleases.object(), new Client()))
                        .reason())
                .isEqualTo("v2 ended");
        assertThat(third.calls()).isEmpty();
    }

    @Test
    void neverGivesAPinnedRequestToAnotherWorker() {
        InMemoryWorker active = active("v1");
        assign(Role.PREVIOUS, worker("v0").nextFails(Kind.NOT_SENT));

        assertThat(catchThrowableOfType(WorkerCallException.class, () -> request(new Client().pinned("previous")))
                        .kind())
                .isEqualTo(Kind.NOT_SENT);
        assertThat(active.calls()).isEmpty();
    }

    private WorkerAnswer request(WorkerCallContext client) {
        return router.request("resources/list", SampleReleases.object(), client);
    }
}

package io.weathervane.worker.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.store.SameTransactionWriter;
import io.weathervane.testing.Await;
import io.weathervane.worker.CallTotals;
import io.weathervane.worker.Caller;
import io.weathervane.worker.CompletedCall;
import io.weathervane.worker.Role;
import io.weathervane.worker.SampleReleases;
import io.weathervane.worker.SilentCallContext;
import io.weathervane.worker.TestWorkers;
import io.weathervane.worker.WorkerActionRefusedException;
import io.weathervane.worker.WorkerAnswer;
import io.weathervane.worker.WorkerCallContext;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerManager;
import io.weathervane.worker.WorkerRelease;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A canary that gets some of the callers, and callers who ask for one worker. */
class CanaryWeightTest {
    private static final int CALLERS = 200;

    @TempDir
    Path folder;

    @Test
    void aShareOfTheCallersGetsTheCanaryAndKeepsItWhenTheShareGrows() {
        try (TestWorkers workers =
                        new TestWorkers(folder, SampleReleases.quick("blue"), SampleReleases.quick("green"));
                WorkerManager manager = workers.start("blue")) {
            manager.startCanary("green");

            assertThat(callersOfGreen(manager)).isEmpty();
            manager.canaryWeight(25);
            Set<String> quarter = callersOfGreen(manager);
            assertThat(quarter).isEqualTo(callersOfGreen(manager)).hasSizeBetween(CALLERS / 8, CALLERS / 2);
            manager.canaryWeight(60);
            assertThat(callersOfGreen(manager)).containsAll(quarter).hasSizeGreaterThan(quarter.size());
            manager.canaryWeight(100);
            assertThat(callersOfGreen(manager)).hasSize(CALLERS);

            assertThat(manager.tally(Role.CANARY).requests()).isGreaterThan(CALLERS);
            assertThat(manager.statistics(Role.CANARY).p95()).isPresent();
            assertThat(manager.tally(Role.CANARY).requests()
                            + manager.tally(Role.ACTIVE).requests())
                    .isEqualTo(5L * CALLERS);
        }
    }

    @Test
    void theShareEndsWithTheCanary() {
        try (TestWorkers workers =
                        new TestWorkers(folder, SampleReleases.quick("blue"), SampleReleases.quick("green"));
                WorkerManager manager = workers.start("blue")) {
            assertThatThrownBy(() -> manager.canaryWeight(5)).isInstanceOf(WorkerActionRefusedException.class);

            manager.startCanary("green");
            manager.canaryWeight(100);
            manager.stopCanary();
            assertThat(manager.canaryWeight()).isZero();
            assertThat(answeredBy(manager, "ann")).isEqualTo("blue");

            manager.startCanary("green");
            assertThat(manager.canaryWeight()).isZero();
            manager.canaryWeight(100);
            kill(manager.view().canary().orElseThrow().pid().orElseThrow());
            Await.until("the exit is noticed", () -> !workers.exits.isEmpty());
            assertThat(manager.canaryWeight()).isZero();
            assertThat(answeredBy(manager, "ann")).isEqualTo("blue");

            manager.startCanary("green");
            manager.canaryWeight(40);
            manager.promote(SameTransactionWriter.none());
            assertThat(manager.canaryWeight()).isZero();
            assertThat(manager.tally(Role.ACTIVE)).isEqualTo(CallTotals.NONE);
        }
    }

    @Test
    void aCallWhoseCanaryDiesGoesToTheActiveWorkerIfThatDoesNoHarm() throws Exception {
        Path log = folder.resolve("executed");
        String both = SampleReleases.ECHO_TOOL + ",{\"name\":\"order\"}";
        String note = "echo \"$line\" >> '" + log + "'; ";
        try (TestWorkers workers = new TestWorkers(
                        folder,
                        SampleReleases.quick("blue", both, note + SampleReleases.ECHO_ANSWER),
                        SampleReleases.quick("green", both, note + "exit 3"));
                WorkerManager manager = workers.start("blue")) {
            manager.startCanary("green");
            manager.canaryWeight(100);
            assertThat(answeredBy(manager, "ann")).isEqualTo("blue");
            assertThat(Files.readAllLines(log)).hasSize(2);

            manager.startCanary("green");
            manager.canaryWeight(100);
            assertThatThrownBy(() -> manager.call("order", SampleReleases.object(), new Caller("ann")))
                    .isInstanceOfSatisfying(
                            WorkerCallException.class,
                            e -> assertThat(e.kind()).isEqualTo(WorkerCallException.Kind.LOST));
            assertThat(Files.readAllLines(log)).hasSize(3);
        }
    }

    @Test
    void aLostCallIsNotRepeatedWhereTheNextWorkerSaysThatItWouldDoHarm() {
        try (TestWorkers workers = new TestWorkers(
                        folder,
                        SampleReleases.quick("blue", "{\"name\":\"echo\"}", SampleReleases.ECHO_ANSWER),
                        SampleReleases.quick("green", SampleReleases.ECHO_TOOL, "exit 3"));
                WorkerManager manager = workers.start("blue")) {
            manager.startCanary("green");
            manager.canaryWeight(100);

            assertThatThrownBy(() -> answeredBy(manager, "ann"))
                    .isInstanceOfSatisfying(
                            WorkerCallException.class,
                            e -> assertThat(e.kind()).isEqualTo(WorkerCallException.Kind.LOST));
            assertThat(manager.tally(Role.ACTIVE).requests()).isZero();
        }
    }

    @Test
    void whatTheListPromisesIsKept() {
        String old = SampleReleases.ECHO_TOOL + ",{\"name\":\"old\"}";
        try (TestWorkers workers = new TestWorkers(
                        folder,
                        SampleReleases.quick("blue", old, SampleReleases.ECHO_ANSWER),
                        SampleReleases.quick(
                                "green", "{\"name\":\"echo\"},{\"name\":\"new\"}", SampleReleases.ECHO_ANSWER));
                WorkerManager manager = workers.start("blue")) {
            manager.startCanary("green");
            manager.canaryWeight(100);

            assertThat(manager.tools().toString()).contains("old").doesNotContain("new");
            assertThat(answeredBy(manager, "ann")).as("no longer read-only").isEqualTo("blue");
            assertThat(manager.call("old", SampleReleases.object(), new Caller("ann"))
                            .label())
                    .as("no longer there")
                    .isEqualTo("blue");
            assertThat(manager.call("new", SampleReleases.object(), new Caller("ann"))
                            .label())
                    .isEqualTo("green");
            assertThatThrownBy(() -> manager.call("echo", SampleReleases.object(), new Caller("ann", "canary")))
                    .hasMessageContaining("only reads");
        }
    }

    @Test
    void aPinnedCallGoesToThatWorkerOrNowhere() {
        try (TestWorkers workers =
                        new TestWorkers(folder, SampleReleases.quick("blue"), SampleReleases.quick("green"));
                WorkerManager manager = workers.start("blue")) {
            manager.startCanary("green");

            assertThat(pinned(manager, "green")).isEqualTo("green");
            assertThat(pinned(manager, "canary")).isEqualTo("green");
            assertThat(pinned(manager, "active")).isEqualTo("blue");
            manager.canaryWeight(100);
            assertThat(pinned(manager, "blue")).isEqualTo("blue");
            assertThatThrownBy(() -> pinned(manager, "previous"))
                    .hasMessageContaining("no worker previous is there; there is active blue, canary green");

            kill(manager.view().canary().orElseThrow().pid().orElseThrow());
            Await.until("the exit is noticed", () -> !workers.exits.isEmpty());
            assertThatThrownBy(() -> pinned(manager, "green"))
                    .hasMessageContaining(
                            "the canary worker is not running; there is active blue, canary green (not running)");

            manager.startCanary("green");
            manager.promote(SameTransactionWriter.none());
            assertThat(pinned(manager, "previous")).isEqualTo("blue");
        }
    }

    @Test
    void aCallThatItsCallerGaveUpSaysNothingOfTheWorkerAndIsToldToNobody() {
        try (TestWorkers workers = new TestWorkers(folder, SampleReleases.mcp("hanging", "--hang"));
                WorkerManager manager = workers.start("hanging")) {
            List<CompletedCall> seen = new ArrayList<>();
            manager.onCall(seen::add);

            assertThatThrownBy(() -> manager.call("echo", SampleReleases.text("hello"), new Impatient()))
                    .isInstanceOfSatisfying(
                            WorkerCallException.class,
                            why -> assertThat(why.kind()).isEqualTo(WorkerCallException.Kind.CANCELLED));
            assertThat(seen).isEmpty();
        }
    }

    /** A caller that cancels at once. */
    private static final class Impatient extends SilentCallContext {
        @Override
        public boolean cancelled() {
            return true;
        }

        @Override
        public void onCancel(Runnable action) {
            action.run();
        }
    }

    @Test
    void ourOwnCallsCountNowhereAndCallersAreSeen() throws Exception {
        try (TestWorkers workers = new TestWorkers(
                        folder, SampleReleases.quick("blue"), SampleReleases.quick("green", "", "exit 3"));
                WorkerManager manager = workers.start("blue")) {
            List<CompletedCall> seen = new ArrayList<>();
            AutoCloseable watching = manager.onCall(seen::add);
            WorkerRelease unnamed = SampleReleases.quick("of-no-configuration");
            manager.startCanary(unnamed);

            assertThat(manager.callDirectly(Role.CANARY, "echo", SampleReleases.object(), WorkerCallContext.none())
                            .label())
                    .isEqualTo("of-no-configuration");
            assertThat(manager.tally(Role.CANARY)).isEqualTo(CallTotals.NONE);
            assertThat(seen).isEmpty();
            assertThat(manager.releaseOf(Role.CANARY)).contains(unnamed);
            assertThat(manager.tools(Role.CANARY)).hasSize(1);
            assertThat(manager.tools(Role.PREVIOUS)).isEmpty();
            assertThat(manager.probe(Role.CANARY).ok()).isTrue();
            assertThatThrownBy(() -> manager.callDirectly(
                            Role.PREVIOUS, "echo", SampleReleases.object(), WorkerCallContext.none()))
                    .hasMessageContaining("there is no previous worker running");

            answeredBy(manager, "ann");
            assertThat(seen).singleElement().satisfies(call -> {
                assertThat(call.tool()).isEqualTo("echo");
                assertThat(call.role()).isEqualTo(Role.ACTIVE);
                assertThat(call.readOnly()).isTrue();
                assertThat(call.answer().map(WorkerAnswer::label)).contains("blue");
            });
            watching.close();
            answeredBy(manager, "ann");
            assertThat(seen).hasSize(1);
        }
    }

    private static Set<String> callersOfGreen(WorkerManager manager) {
        Set<String> callers = new TreeSet<>();
        for (int i = 0; i < CALLERS; i++) {
            if (answeredBy(manager, "caller " + i).equals("green")) {
                callers.add("caller " + i);
            }
        }
        return callers;
    }

    private static String answeredBy(WorkerManager manager, String caller) {
        return manager.call("echo", SampleReleases.text("hello"), new Caller(caller))
                .label();
    }

    private static String pinned(WorkerManager manager, String worker) {
        return manager.call("echo", SampleReleases.text("hello"), new Caller("ann", worker))
                .label();
    }

    private static void kill(long pid) {
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    }
}

package io.weathervane.worker.role;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.store.SameTransactionWriter;
import io.weathervane.testing.Await;
import io.weathervane.worker.AdditionalSwitchRecordSource;
import io.weathervane.worker.OngoingDrain;
import io.weathervane.worker.SampleReleases;
import io.weathervane.worker.TestWorkers;
import io.weathervane.worker.WorkerCallContext;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** Calls go on all the time while the workers are switched. */
class SwitchUnderLoadTest {
    private static final int SWITCHES = 50;
    private static final int CALLERS = 4;

    @TempDir
    Path folder;

    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicLong calls = new AtomicLong();
    private final Queue<String> lost = new ConcurrentLinkedQueue<>();

    @Test
    void fiftySwitchesLoseNoCall() throws Exception {
        try (TestWorkers workers =
                        new TestWorkers(folder, SampleReleases.quick("blue"), SampleReleases.quick("green"));
                WorkerManager manager = workers.start("blue")) {
            List<Thread> callers = startCallers(manager);

            for (int done = 0; done < SWITCHES; done += 2) {
                String other = manager.view().active().orElseThrow().label().equals("blue") ? "green" : "blue";
                awaitCalls();
                manager.startCanary(other);
                manager.promote(SameTransactionWriter.none());
                awaitCalls();
                manager.switchToActive(AdditionalSwitchRecordSource.NONE);
                manager.disposeReplaced().drained().join();
            }

            stop(callers);
            assertThat(lost).isEmpty();
            assertThat(workers.exits).isEmpty();
        }
    }

    @Test
    void theKilledActiveWorkersReadOnlyCallsAreAnsweredByThePreviousOne() throws Exception {
        try (TestWorkers workers = new TestWorkers(
                        folder, SampleReleases.quick("blue"), SampleReleases.mcp("green", "--latency", "5ms"));
                WorkerManager manager = workers.start("blue")) {
            manager.onUnexpectedExit(exit -> manager.switchToActive(AdditionalSwitchRecordSource.NONE));
            manager.startCanary("green");
            manager.promote(SameTransactionWriter.none());
            List<Thread> callers = startCallers(manager);
            awaitCalls();

            ProcessHandle.of(TestWorkers.pid(manager.view().active()))
                    .orElseThrow()
                    .destroyForcibly();
            Await.until(
                    "blue answers",
                    () -> manager.view().active().orElseThrow().label().equals("blue"));
            awaitCalls();

            stop(callers);
            assertThat(lost).isEmpty();
        }
    }

    @Test
    void theReplacedWorkerFinishesTheCallsItHas() throws Exception {
        Path gate = folder.resolve("gate");
        String waits = "while [ ! -e '" + gate + "' ]; do sleep 0.02; done; ";
        try (TestWorkers workers = new TestWorkers(
                        folder,
                        SampleReleases.quick("blue"),
                        SampleReleases.quick("green", SampleReleases.ECHO_TOOL, waits + SampleReleases.ECHO_ANSWER));
                WorkerManager manager = workers.start("blue")) {
            manager.startCanary("green");
            manager.promote(SameTransactionWriter.none());
            ObjectNode slow = SampleReleases.text("slow");
            Queue<String> answers = new ConcurrentLinkedQueue<>();
            Thread caller = new Thread(() -> answers.add(
                    manager.call("echo", slow, WorkerCallContext.none()).label()));
            caller.start();
            Await.until(
                    "the call is with green",
                    () -> manager.view().active().orElseThrow().calls().inFlight() == 1);

            manager.switchToActive(AdditionalSwitchRecordSource.NONE);
            OngoingDrain drain = manager.disposeReplaced();
            Files.createFile(gate);

            caller.join();
            assertThat(answers).containsExactly("green");
            assertThat(drain.drained().join()).isTrue();
        }
    }

    @Test
    void aCallThatOutlastsTheDrainIsGivenToTheNewWorker() throws Exception {
        try (TestWorkers workers =
                        new TestWorkers(folder, SampleReleases.quick("blue"), SampleReleases.mcp("green", "--hang"));
                WorkerManager manager = workers.start(
                        "blue",
                        TestWorkers.options(TestWorkers.NO_RESTART, Duration.ofMillis(100), Duration.ofSeconds(20)))) {
            manager.startCanary("green");
            manager.promote(SameTransactionWriter.none());
            List<Thread> callers = startCallers(manager);
            Await.until(
                    "all calls hang in green",
                    () -> manager.view().active().orElseThrow().calls().inFlight() == CALLERS);

            manager.switchToActive(AdditionalSwitchRecordSource.NONE);
            OngoingDrain drain = manager.disposeReplaced();
            assertThat(drain.drained().join()).isFalse();
            awaitCalls();

            stop(callers);
            assertThat(lost).isEmpty();
        }
    }

    private List<Thread> startCallers(WorkerManager manager) {
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            Thread caller = new Thread(() -> callUntilStopped(manager), "caller-" + i);
            callers.add(caller);
            caller.start();
        }
        return callers;
    }

    private void callUntilStopped(WorkerManager manager) {
        while (!stop.get()) {
            try {
                manager.call("echo", SampleReleases.text("hello"), WorkerCallContext.none());
                calls.incrementAndGet();
            } catch (WorkerCallException e) {
                lost.add(e.kind() + ": " + e.getMessage());
            }
        }
    }

    private void awaitCalls() {
        long before = calls.get();
        Await.until("calls go on; lost: " + lost, () -> calls.get() > before + CALLERS || !lost.isEmpty());
    }

    private void stop(List<Thread> callers) throws InterruptedException {
        stop.set(true);
        for (Thread caller : callers) {
            caller.join();
        }
    }
}

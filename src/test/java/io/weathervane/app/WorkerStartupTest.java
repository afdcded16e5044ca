package io.weathervane.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.mcp.UpstreamInstructions;
import io.weathervane.testing.Await;
import io.weathervane.tool.CallChannel;
import io.weathervane.tool.Caller;
import io.weathervane.tool.SchemaCatalog;
import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolResult;
import io.weathervane.tool.UpstreamToolSource;
import io.weathervane.util.Threads;
import io.weathervane.util.Ticker;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerStartupTest {
    private static final Duration LIST_WAIT = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private final CountDownLatch gate = new CountDownLatch(1);
    private final AtomicLong nanos = new AtomicLong();
    private final SchemaCatalog schemas = SchemaCatalog.load();
    private final FakeWorker worker = new FakeWorker();

    /** Up from the beginning, unless it is told otherwise. */
    private static final class FakeWorker implements WorkerStartup.ActiveWorker {
        private volatile Optional<String> missing = Optional.empty();
        private volatile boolean restartPending;

        void down(boolean isStartedAgain) {
            missing = Optional.of("The worker behind this server is not up");
            restartPending = isStartedAgain;
        }

        void up() {
            missing = Optional.empty();
            restartPending = false;
        }

        @Override
        public Optional<String> missing() {
            return missing;
        }

        @Override
        public boolean restartPending() {
            return restartPending;
        }
    }

    @Test
    void aCallThatHasToDoWithWorkersWaitsForThem() throws Exception {
        try (WorkerStartup startup =
                new WorkerStartup(worker, LIST_WAIT, Clock.systemUTC(), Ticker.system()).begin(this::passGate)) {
            Thread call = Threads.daemon("call", () -> call(startup.awaitingStart(tool("worker_status"))));
            Thread list = Threads.daemon(
                    "list",
                    () -> startup.awaitingStart(UpstreamToolSource.none()).list());
            call.start();
            list.start();

            Await.until("both wait", () -> waits(call) && waits(list));
            assertThat(startup.isUnderWay()).isTrue();
            gate.countDown();

            call.join();
            list.join();
            assertThat(startup.isUnderWay()).isFalse();
        }
    }

    @Test
    void flagsTheKillSwitchAndRecordsWaitForNoWorker() {
        WorkerStartup startup =
                new WorkerStartup(worker, LIST_WAIT, Clock.systemUTC(), nanos::get).begin(this::passGate);

        try (TestServer server = TestServer.start(folder, TestServer.WITH_WORKERS)) {
            List<String> waitForNone = server.own().stream()
                    .filter(tool -> startup.awaitingStart(tool).equals(tool))
                    .map(tool -> tool.definition().name())
                    .toList();

            assertThat(waitForNone)
                    .containsExactly(
                            "mcp_admin_flags",
                            "kill_switch_engage",
                            "calls_block",
                            "calls_unblock",
                            "audit_query",
                            "incident_report");
        }
        gate.countDown();
    }

    @Test
    void nothingWaitsLongerThanTheLimit() {
        WorkerStartup startup =
                new WorkerStartup(worker, LIST_WAIT, Clock.systemUTC(), nanos::get).begin(this::passGate);

        nanos.addAndGet(Duration.ofSeconds(5).toNanos());

        assertThat(call(startup.awaitingStart(tool("worker_status"))).isError()).isFalse();
        assertThat(startup.isUnderWay()).isTrue();

        nanos.addAndGet(LIST_WAIT.toNanos());

        assertThat(startup.awaitingStart(UpstreamToolSource.none()).list()).isEmpty();
        assertThat(startup.isUnderWay()).isTrue();
        gate.countDown();
    }

    @Test
    void theStartHasEndedWhileWhatComesAfterwardsStillRuns() throws Exception {
        CountDownLatch isAfterwards = new CountDownLatch(1);
        try (WorkerStartup startup = new WorkerStartup(worker, LIST_WAIT, Clock.systemUTC(), Ticker.system())
                .begin(() -> {}, () -> {
                    isAfterwards.countDown();
                    passGate();
                })) {
            isAfterwards.await();

            assertThat(startup.isUnderWay()).isFalse();
            gate.countDown();
        }
    }

    @Test
    void nothingComesAfterAStartThatFailed() {
        AtomicLong afterwards = new AtomicLong();
        try (WorkerStartup startup = new WorkerStartup(worker, LIST_WAIT, Clock.systemUTC(), Ticker.system())
                .begin(
                        () -> {
                            throw new IllegalStateException("no worker");
                        },
                        afterwards::incrementAndGet)) {
            Await.until("the start to end", () -> !startup.isUnderWay());
        }
        assertThat(afterwards).hasValue(0);
    }

    @Test
    void oneOfSeveralHoldsUpTheIntroductionOfAllOnlySoLong() {
        WorkerStartup startup =
                new WorkerStartup(worker, LIST_WAIT, Clock.systemUTC(), nanos::get).begin(this::passGate);
        UpstreamInstructions introduction = startup.awaitingStart(
                () -> "",
                JsonRpcCodec.JSON::createObjectNode,
                new FirstClientCapabilities(Duration.ZERO, Ticker.system()),
                Optional.of(Duration.ofSeconds(2)));
        assertThat(introduction.isAwaited()).isTrue();

        nanos.addAndGet(Duration.ofSeconds(2).toNanos());

        assertThat(introduction.isAwaited()).isFalse();
        assertThat(introduction.text()).contains("is still starting");
        gate.countDown();
    }

    @Test
    void whatTheWorkerSaysOfItselfIsWaitedForUntilItIsUp() throws Exception {
        try (WorkerStartup startup =
                new WorkerStartup(worker, LIST_WAIT, Clock.systemUTC(), Ticker.system()).begin(this::passGate)) {
            UpstreamInstructions instructions = introduction(startup, () -> gate.getCount() == 0 ? "up" : "not up");
            CompletableFuture<String> text = new CompletableFuture<>();
            Thread client = Threads.daemon("client", () -> text.complete(instructions.text()));
            // Its end is as good: then the three seconds were over before this thread was looked at.
            client.start();
            Await.until("it waits", () -> waits(client) || text.isDone());
            gate.countDown();
            client.join();

            startup.await();
            assertThat(instructions.isAwaited()).isFalse();
            assertThat(instructions.text()).isEqualTo("up");
        }
    }

    @Test
    void whatTheWorkerSaysOfItselfIsNotWaitedForWithoutEnd() {
        WorkerStartup startup =
                new WorkerStartup(worker, LIST_WAIT, Clock.systemUTC(), nanos::get).begin(this::passGate);
        UpstreamInstructions instructions = introduction(startup, () -> "");
        assertThat(instructions.isAwaited()).isTrue();

        nanos.addAndGet(LIST_WAIT.toNanos());

        assertThat(instructions.isAwaited()).isFalse();
        assertThat(instructions.text()).contains("is still starting, since 2");
        assertThat(startup.awaitingStart(UpstreamToolSource.none()).missing("any"))
                .hasValueSatisfying(why -> assertThat(why).contains("is still starting"));
        assertThat(startup.isUnderWay()).isTrue();
        gate.countDown();
    }

    @Test
    void aWorkerThatIsStartedAgainIsWaitedForUntilItIsUp() throws Exception {
        worker.down(/* isStartedAgain= */ true);
        try (WorkerStartup startup =
                new WorkerStartup(worker, LIST_WAIT, Clock.systemUTC(), nanos::get).begin(() -> {})) {
            startup.await();
            UpstreamInstructions instructions = introduction(startup, () -> "worker's own");
            CompletableFuture<String> text = new CompletableFuture<>();
            Thread client = Threads.daemon("client", () -> text.complete(instructions.text()));
            client.start();
            Await.until("it waits", () -> waits(client) || text.isDone());
            assertThat(instructions.isAwaited()).isTrue();
            assertThat(startup.awaitingStart(UpstreamToolSource.none()).mayWait())
                    .isTrue();

            startup.workersChanged();
            assertThat(instructions.isAwaited()).as("it is still down").isTrue();
            worker.up();
            startup.workersChanged();

            client.join();
            assertThat(text.join()).isEqualTo("worker's own");
            assertThat(instructions.isAwaited()).isFalse();
        }
    }

    @Test
    void aWorkerThatFailsAgainAndAgainIsNotWaitedForAsLongAsOneThatStarts() {
        worker.down(/* isStartedAgain= */ true);
        try (WorkerStartup startup =
                new WorkerStartup(worker, LIST_WAIT, Clock.systemUTC(), nanos::get).begin(() -> {})) {
            startup.await();

            nanos.addAndGet(WorkerStartup.RESTART_WAIT_MAX.toNanos());

            UpstreamInstructions instructions = introduction(startup, () -> "");
            assertThat(instructions.isAwaited()).isFalse();
            assertThat(instructions.text()).isEqualTo("The worker behind this server is not up.");
            assertThat(startup.awaitingStart(UpstreamToolSource.none()).missing("any"))
                    .hasValue("The worker behind this server is not up");
        }
    }

    @Test
    void aWorkerThatIsGivenUpIsNotWaitedFor() {
        worker.down(/* isStartedAgain= */ false);
        try (WorkerStartup startup =
                new WorkerStartup(worker, LIST_WAIT, Clock.systemUTC(), nanos::get).begin(() -> {})) {
            startup.awaitForClients();

            assertThat(introduction(startup, () -> "What it said.").text())
                    .isEqualTo("The worker behind this server is not up.\n\nWhat it said.");
        }
    }

    @Test
    void aStartThatFailsHoldsUpNothing() {
        try (WorkerStartup startup = new WorkerStartup(worker, LIST_WAIT, Clock.systemUTC(), Ticker.system())
                .begin(() -> {
                    throw new IllegalStateException("no worker will ever start");
                })) {
            assertThat(call(startup.awaitingStart(tool("worker_status"))).isError())
                    .isFalse();
            assertThat(startup.isUnderWay()).isFalse();
            assertThat(introduction(startup, () -> "").isAwaited()).isFalse();
        }
    }

    private static UpstreamInstructions introduction(WorkerStartup startup, Supplier<String> text) {
        return startup.awaitingStart(
                text,
                JsonRpcCodec.JSON::createObjectNode,
                new FirstClientCapabilities(Duration.ZERO, Ticker.system()),
                Optional.empty());
    }

    private void passGate() {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean waits(Thread thread) {
        return thread.getState() == Thread.State.TIMED_WAITING;
    }

    private static ToolResult call(Tool tool) {
        return tool.call(new ToolCall(
                JsonRpcCodec.JSON.createObjectNode(), new Caller("alice", Caller.Transport.STDIO), CallChannel.none()));
    }

    private Tool tool(String name) {
        return new Tool() {
            @Override
            public ToolDefinition definition() {
                return schemas.definition(name);
            }

            @Override
            public ToolResult call(ToolCall call) {
                return ToolResult.of("done", JsonRpcCodec.JSON.createObjectNode());
            }
        };
    }
}

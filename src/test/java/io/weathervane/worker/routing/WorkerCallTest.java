package io.weathervane.worker.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.weathervane.testing.Await;
import io.weathervane.worker.CallTotals;
import io.weathervane.worker.SampleReleases;
import io.weathervane.worker.SilentCallContext;
import io.weathervane.worker.TestWorkers;
import io.weathervane.worker.ToolCallCounts;
import io.weathervane.worker.ToolComparisonCountKey;
import io.weathervane.worker.ToolErrorPolicy;
import io.weathervane.worker.WorkerCallContext;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerRelease;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** Calls to one real worker, well behaved and not. */
class WorkerCallTest {
    private final List<Worker> started = new ArrayList<>();

    @AfterEach
    void endWorkers() {
        started.forEach(worker -> worker.dispose(Duration.ofMillis(100), Duration.ofSeconds(2)));
    }

    @Test
    void aCallThatHangsTimesOutAndIsCancelledOnTheWorker() {
        Worker worker =
                start(SampleReleases.withCallTimeout(SampleReleases.mcp("hanging", "--hang"), Duration.ofMillis(300)));

        WorkerCallException failure = failureOf(worker);

        assertThat(failure.kind()).isEqualTo(WorkerCallException.Kind.TIMEOUT);
        assertThat(failure).hasMessageContaining("did not answer tools/call within 300 ms");
        assertThat(worker.tally().now()).isEqualTo(new CallTotals(1, 1, 1));
        Await.until(
                "the worker was told",
                () -> worker.server().lastStderrLines().toString().contains("cancelled by the client"));
        assertThat(worker.session().problem("ping", Duration.ofSeconds(5))).isEmpty();
    }

    @Test
    void progressGivesACallItsWholeTimeAnew() {
        String threeSteps = progressForGood().replace("while :", "while [ $done -lt 20 ]") + SampleReleases.ECHO_ANSWER;
        Worker worker = start(SampleReleases.withCallTimeout(
                SampleReleases.quick("busy", SampleReleases.ECHO_TOOL, threeSteps), Duration.ofMillis(1500)));
        Scope callContext = new Scope();
        callContext.meta.put("progressToken", "the caller's own");

        assertThat(worker.call("echo", SampleReleases.text("hello"), callContext, ToolErrorPolicy.RELATIVE)
                        .toString())
                .contains("hello");
    }

    @Test
    void aCallThatOnlyEverTellsOfProgressTimesOutAllTheSame() {
        Scope callContext = new Scope();
        callContext.meta.put("progressToken", "the caller's own");
        do {
            // A busy machine may not give the worker its turn in time for the first word.
            Worker worker = start(SampleReleases.withCallTimeout(
                    SampleReleases.quick(
                            "busy", SampleReleases.ECHO_TOOL, progressForGood().replace("0.1", "0.01")),
                    Duration.ofMillis(60)));

            assertThat(CompletableFuture.supplyAsync(() -> catchThrowableOfType(
                            WorkerCallException.class,
                            () -> worker.call(
                                    "echo", SampleReleases.text("hello"), callContext, ToolErrorPolicy.RELATIVE))))
                    .succeedsWithin(Duration.ofSeconds(60))
                    .satisfies(failure -> assertThat(failure.kind()).isEqualTo(WorkerCallException.Kind.TIMEOUT));
            assertThat(worker.tally().now()).isEqualTo(new CallTotals(1, 1, 1));
        } while (callContext.progress.isEmpty());
    }

    /** Tells ten times a second how far the call is, and never answers it. */
    private static String progressForGood() {
        return """
            token=${line#*'"progressToken":'}; token=${token%%[,\\}]*}; done=0
            while :; do
              done=$((done + 1))
              printf '{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":%s,"progress":%s}}\\n' \
                "$token" "$done"
              sleep 0.1
            done
            """;
    }

    @Test
    void aCallWhoseAnswerIsGarbageTimesOutAndTheNextIsServed() {
        Worker worker = start(
                SampleReleases.withCallTimeout(SampleReleases.mcp("garbled", "--garbage"), Duration.ofMillis(300)));

        assertThat(failureOf(worker).kind()).isEqualTo(WorkerCallException.Kind.TIMEOUT);
        assertThat(worker.session().problem("ping", Duration.ofSeconds(5))).isEmpty();
    }

    @Test
    void anEmptyLineIsNoReply() {
        Worker worker = start(
                SampleReleases.withCallTimeout(SampleReleases.mcp("empty", "--empty-reply"), Duration.ofMillis(300)));

        assertThat(failureOf(worker).kind()).isEqualTo(WorkerCallException.Kind.TIMEOUT);
    }

    @Test
    void aLineOf100MegabytesCostsOneCallAndNoMemory() {
        Worker worker = start(SampleReleases.mcp("huge", "--huge-reply-mb", "100"));

        WorkerCallException failure = failureOf(worker);

        assertThat(failure.kind()).isEqualTo(WorkerCallException.Kind.MALFORMED);
        assertThat(failure)
                .hasMessageContaining("a message of 10485")
                .hasMessageContaining("more than 67108864 (workers.messageBytes)");
        assertThat(worker.session().problem("ping", Duration.ofSeconds(5))).isEmpty();
    }

    @Test
    void aWorkerThatEndsUnderACallLosesIt() {
        Worker worker = start(SampleReleases.mcp("ending", "--exit-on-call"));

        assertThat(failureOf(worker).kind()).isEqualTo(WorkerCallException.Kind.LOST);
        assertThat(worker.tally().now().errors()).isEqualTo(1);
    }

    @Test
    void aWorkerThatStopsReadingBlocksNoCaller() {
        Worker worker =
                start(SampleReleases.withCallTimeout(SampleReleases.shell("deaf", deaf()), Duration.ofMillis(300)));
        ObjectNode large = SampleReleases.text("x".repeat(1024 * 1024));

        for (int call = 0; call < 3; call++) {
            assertThat(catchThrowableOfType(
                                    WorkerCallException.class,
                                    () -> worker.call(
                                            "echo", large, WorkerCallContext.none(), ToolErrorPolicy.RELATIVE))
                            .kind())
                    .isEqualTo(WorkerCallException.Kind.TIMEOUT);
        }
        assertThat(worker.tally().now().failureRun()).isEqualTo(3);
    }

    /** Answers the handshake, then never reads again. */
    private static String deaf() {
        return """
            read line; echo '{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"no"}}'
            read line; echo '{"jsonrpc":"2.0","id":2,"result":{"protocolVersion":"2025-06-18","capabilities":{}}}'
            exec sleep 60
            """;
    }

    @Test
    void aWorkersErrorComesThroughWithCodeAndMessage() {
        WorkerCallException failure = failureOf(start(SampleReleases.mcp("failing", "--fail-rate", "1")));

        assertThat(failure.kind()).isEqualTo(WorkerCallException.Kind.RPC_ERROR);
        assertThat(failure.code()).isEqualTo(-32603);
        assertThat(failure).hasMessageContaining("the forecast model did not answer");
    }

    @Test
    void aCallersMistakeCountsForNobody() {
        Worker worker = start(SampleReleases.mcp("good"));

        assertThat(catchThrowableOfType(
                                WorkerCallException.class,
                                () -> worker.call(
                                        "no_such_tool",
                                        SampleReleases.text("a"),
                                        WorkerCallContext.none(),
                                        ToolErrorPolicy.RELATIVE))
                        .kind())
                .isEqualTo(WorkerCallException.Kind.RPC_ERROR);

        assertThat(worker.tally().now()).isEqualTo(CallTotals.NONE);
        assertThat(worker.tally().callerErrors()).isEqualTo(1);
    }

    @Test
    void aToolThatTheWorkerBeforeHadAndThisOneHasNotIsThisOnesFault() {
        CallCounters before = new CallCounters();
        before.succeeded("no_such_tool", 1);
        Worker worker = start(SampleReleases.mcp("good"));
        worker.countInto(before.next());

        assertThat(catchThrowableOfType(
                                WorkerCallException.class,
                                () -> worker.call(
                                        "no_such_tool",
                                        SampleReleases.text("a"),
                                        WorkerCallContext.none(),
                                        ToolErrorPolicy.RELATIVE))
                        .kind())
                .isEqualTo(WorkerCallException.Kind.RPC_ERROR);

        assertThat(worker.tally().now()).isEqualTo(new CallTotals(1, 1, 1));
    }

    @Test
    void aMethodThatIsUnknownToAWorkerThatListsTheToolIsTheWorkersFault() {
        Worker worker = start(SampleReleases.quick(
                "gone",
                SampleReleases.ECHO_TOOL,
                "answer '\"error\":{\"code\":-32601,\"message\":\"Method not found\"}'"));

        failureOf(worker);

        assertThat(worker.tally().now()).isEqualTo(new CallTotals(1, 1, 1));
    }

    @Test
    void argumentsThatWentWellAndAreRefusedAreCountedApart() {
        CallCounters before = new CallCounters();
        before.succeeded("echo", 1);
        before.took("echo", AcceptedArgumentRefusalCounter.Print.of(SampleReleases.text("hello")));
        Worker worker = start(SampleReleases.quick(
                "strict",
                SampleReleases.ECHO_TOOL,
                "answer '\"error\":{\"code\":-32602,\"message\":\"Invalid params\"}'"));
        worker.countInto(before.next());

        failureOf(worker);

        assertThat(worker.tally().now()).isEqualTo(CallTotals.NONE);
        assertThat(worker.tally().figures().parts())
                .containsEntry(
                        new ToolComparisonCountKey("echo", ToolComparisonCountKey.Kind.SAME_ARGUMENTS),
                        new ToolCallCounts(1, 1, 0));
    }

    @Test
    void aReadCountsLikeACallUnlessThereIsNoSuchResource() {
        Worker worker =
                start(SampleReleases.quick("reading", SampleReleases.ECHO_TOOL, SampleReleases.ECHO_ANSWER + """
                     ;;
                    *'missing'*) answer '"error":{"code":-32002,"message":"no such resource"}' ;;
                    *'broken'*) answer '"error":{"code":-32603,"message":"db down"}' ;;
                    *'"resources/read"'*) answer '"result":{"contents":[]}'
                    """));

        List.of("missing", "broken")
                .forEach(uri -> assertThatThrownBy(() -> read(worker, uri)).isInstanceOf(WorkerCallException.class));
        assertThat(read(worker, "fine").has("contents")).isTrue();

        assertThat(worker.tally().figures().tools())
                .containsExactly(Map.entry("resources/read", new ToolCallCounts(2, 1, 0)));
        assertThat(worker.tally().callerErrors()).isEqualTo(1);
    }

    private static ObjectNode read(Worker worker, String uri) {
        return worker.request("resources/read", SampleReleases.object().put("uri", uri), WorkerCallContext.none());
    }

    @Test
    void aToolErrorIsAnAnswerThatCountsAsFailedUnlessConfiguredOtherwise() {
        Worker worker = start(SampleReleases.mcp("failing", "--fail-rate", "1", "--fail-as", "tool-error"));

        assertThat(worker.call("echo", SampleReleases.text("a"), WorkerCallContext.none(), ToolErrorPolicy.RELATIVE)
                        .path("isError")
                        .asBoolean())
                .isTrue();
        assertThat(worker.tally().now()).isEqualTo(new CallTotals(1, 1, 1));

        worker.call("echo", SampleReleases.text("a"), WorkerCallContext.none(), ToolErrorPolicy.IGNORED);
        assertThat(worker.tally().now()).isEqualTo(new CallTotals(2, 1, 0));
    }

    @Test
    void aCallCancelledByItsCallerIsNotCounted() {
        Worker worker = start(SampleReleases.mcp("hanging", "--hang"));
        Scope callContext = new Scope();
        CompletableFuture<WorkerCallException> failure = CompletableFuture.supplyAsync(() -> catchThrowableOfType(
                WorkerCallException.class,
                () -> worker.call("echo", SampleReleases.text("a"), callContext, ToolErrorPolicy.RELATIVE)));
        Await.until("the call is waiting", () -> !callContext.actions.isEmpty());

        callContext.actions.forEach(Runnable::run);

        assertThat(failure.join().kind()).isEqualTo(WorkerCallException.Kind.CANCELLED);
        assertThat(worker.tally().now()).isEqualTo(CallTotals.NONE);
    }

    @Test
    void progressOfTheWorkerReachesTheCaller() {
        for (String generation : List.of("legacy", "modern")) {
            Worker worker = start(SampleReleases.mcp("steady", "--era", generation));
            Scope callContext = new Scope();
            callContext.meta.put("progressToken", "the caller's own");

            worker.call("echo", SampleReleases.text("a"), callContext, ToolErrorPolicy.RELATIVE);

            assertThat(callContext.progress).containsExactly("1.0 of OptionalDouble[2.0]: Optional[asking the model]");
        }
    }

    @Test
    void theTraceOfACallGoesOnToTheWorker(@TempDir Path folder) throws Exception {
        Path heard = folder.resolve("heard");
        String quick = SampleReleases.quick("quick").command().get(2);
        Worker worker = start(SampleReleases.shell("traced", "tee '" + heard + "' | (" + quick + ")"));
        Scope callContext = new Scope();
        callContext.meta.put("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        callContext.meta.put("tracestate", "vendor=1").put("baggage", "k=v");
        callContext.meta.put("io.modelcontextprotocol/clientInfo", "the caller's, not the worker's business");

        worker.call("echo", SampleReleases.text("a"), callContext, ToolErrorPolicy.RELATIVE);

        Await.until("it is heard", () -> Files.readString(heard).contains("baggage"));
        assertThat(Files.readString(heard))
                .contains(
                        "\"traceparent\":\"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\"",
                        "\"tracestate\":\"vendor=1\"",
                        "\"baggage\":\"k=v\"")
                .doesNotContain("the caller's");
    }

    @Test
    void eachEraIsSpokenAsItIs() {
        assertThat(start(SampleReleases.mcp("a", "--era", "legacy")).session().protocol())
                .isEqualTo("mcp 2025-11-25");
        assertThat(start(SampleReleases.mcp("b", "--era", "modern")).session().protocol())
                .isEqualTo("mcp 2026-07-28");
        assertThat(start(SampleReleases.mcp("c", "--era", "both")).session().protocol())
                .isEqualTo("mcp 2026-07-28");
    }

    @Test
    void aWorkerThatIsNotAwakeYetWhenItIsAskedFirstIsModernAllTheSame() {
        String both = """
            answer() { printf '{"jsonrpc":"2.0","id":%s,"result":%s}\\n' "$id" "$1"; }
            sleep 2.5
            while read -r line; do
              id=${line#*'"id":'}; id=${id%%,*}
              case "$line" in
                *'"server/discover"'*) answer '{"supportedVersions":["2026-07-28","2025-11-25"],"capabilities":{}}' ;;
                *'"initialize"'*) answer '{"protocolVersion":"2025-11-25","capabilities":{}}' ;;
                *) answer '{}' ;;
              esac
            done
            """;

        assertThat(start(SampleReleases.shell("sleepy", both)).session().protocol())
                .isEqualTo("mcp 2026-07-28");
    }

    @Test
    void aWorkerThatKnowsNeitherDiscoverNorPingIsInitialized() {
        String terse = """
            while read -r line; do
              id=${line#*'"id":'}; id=${id%%,*}
              case "$line" in
                *'"initialize"'*) printf '{"jsonrpc":"2.0","id":%s,"result":' "$id"
                  echo '{"protocolVersion":"2025-06-18","capabilities":{}}}' ;;
                *'"ping"'*) printf '{"jsonrpc":"2.0","id":%s,"error":{"code":-32601,"message":"no"}}\\n' "$id" ;;
              esac
            done
            """;

        assertThat(start(SampleReleases.shell("terse", terse)).session().protocol())
                .isEqualTo("mcp 2025-06-18");
    }

    @Test
    void theAnswerIsTheToolsOwnWithoutTheProtocolsKeys() {
        ObjectNode result = start(SampleReleases.mcp("steady", "--era", "modern"))
                .call("echo", SampleReleases.text("hello"), WorkerCallContext.none(), ToolErrorPolicy.RELATIVE);

        assertThat(result.path("structuredContent").path("text").asString()).isEqualTo("hello");
        assertThat(result.has("resultType")).isFalse();
        assertThat(result.has("_meta")).isFalse();
    }

    @Test
    void aPlainWorkersDeclaredToolIsAMethod() {
        Worker worker = start(SampleReleases.plain("plain"));

        ObjectNode result =
                worker.call("say", SampleReleases.text("hello"), WorkerCallContext.none(), ToolErrorPolicy.RELATIVE);

        assertThat(result.path("structuredContent").path("text").asString()).isEqualTo("hello");
        assertThat(result.path("content").get(0).path("text").asString()).contains("hello");
        assertThat(worker.session().problem("health", Duration.ofSeconds(5))).isEmpty();
        assertThat(catchThrowableOfType(
                                WorkerCallException.class,
                                () -> worker.call(
                                        "gone",
                                        SampleReleases.object(),
                                        WorkerCallContext.none(),
                                        ToolErrorPolicy.RELATIVE))
                        .code())
                .isEqualTo(-32601);
    }

    @Test
    void aFloodOnStderrBlocksNothing() {
        Worker worker = start(SampleReleases.mcp("talker", "--flood-stderr"));

        for (int call = 0; call < 20; call++) {
            worker.call("echo", SampleReleases.text("hello"), WorkerCallContext.none(), ToolErrorPolicy.RELATIVE);
        }

        Await.until(
                "its last lines are read",
                () -> worker.server().lastStderrLines().size() == 20);
        assertThat(worker.tally().now()).isEqualTo(new CallTotals(20, 0, 0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "head -c 3000000 /dev/zero | tr '\\0' z",
                "printf '\\377\\376\\000\\303(\\n\\200\\201'",
                "head -c 3000000 /dev/zero"
            })
    void whatIsNoTextOnStderrBlocksNothing(String noise) {
        Worker worker = start(
                SampleReleases.quick("noisy", SampleReleases.ECHO_TOOL, noise + " >&2; " + SampleReleases.ECHO_ANSWER));

        for (int call = 0; call < 3; call++) {
            worker.call("echo", SampleReleases.text("hello"), WorkerCallContext.none(), ToolErrorPolicy.RELATIVE);
        }

        assertThat(worker.tally().now()).isEqualTo(new CallTotals(3, 0, 0));
    }

    @Test
    void aWorkerThatIgnoresSigtermAndTheEndOfItsInputIsKilled() {
        Worker worker = start(SampleReleases.mcp("stubborn", "--ignore-sigterm", "--ignore-eof"));

        worker.dispose(Duration.ZERO, Duration.ofMillis(400));

        assertThat(worker.server().exitCode()).contains(128 + 9);
    }

    @Test
    void aWellBehavedWorkerEndsByItselfWhenItsInputDoes() {
        Worker worker = start(SampleReleases.mcp("steady"));

        worker.dispose(Duration.ZERO, Duration.ofSeconds(20));

        assertThat(worker.server().exitCode()).contains(0);
    }

    private Worker start(WorkerRelease release) {
        Worker worker = Worker.start(
                release,
                TestWorkers.mark(),
                Duration.ofSeconds(20),
                0,
                TestWorkers.dependencies(TestWorkers.OPTIONS),
                started::add);
        return worker;
    }

    private static WorkerCallException failureOf(Worker worker) {
        return catchThrowableOfType(
                WorkerCallException.class,
                () -> worker.call(
                        "echo", SampleReleases.text("hello"), WorkerCallContext.none(), ToolErrorPolicy.RELATIVE));
    }

    /** A caller that keeps what it is told. */
    private static final class Scope extends SilentCallContext {
        final List<Runnable> actions = new CopyOnWriteArrayList<>();
        final List<String> progress = new CopyOnWriteArrayList<>();
        final ObjectNode meta = SampleReleases.object();

        @Override
        public void progress(double done, OptionalDouble total, Optional<String> message) {
            progress.add(done + " of " + total + ": " + message);
        }

        @Override
        public void onCancel(Runnable action) {
            actions.add(action);
        }

        @Override
        public ObjectNode meta() {
            return meta;
        }
    }
}

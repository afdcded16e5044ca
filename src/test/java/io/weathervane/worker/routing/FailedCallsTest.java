package io.weathervane.worker.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.weathervane.failure.FailedCall;
import io.weathervane.failure.FailureReportJson;
import io.weathervane.testing.Await;
import io.weathervane.testing.FakeTicker;
import io.weathervane.worker.Role;
import io.weathervane.worker.SampleReleases;
import io.weathervane.worker.ServiceName;
import io.weathervane.worker.SilentCallContext;
import io.weathervane.worker.TestWorkers;
import io.weathervane.worker.ToolErrorPolicy;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerRelease;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What calls to real workers failed with, and what is kept of it over switches and releases. */
class FailedCallsTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

    /** Fails in as many ways as a worker can, by the text that it is given. */
    private static final String FAILING = """
        case "$line" in
          *late*) : ;;
          *toolerror*) answer '"result":{"isError":true,"content":[{"type":"text","text":"row '$id' is locked"}]}' ;;
          *rpcerror*) answer '"error":{"code":-32603,"message":"boom"}' ;;
          *own*) answer '"error":{"code":-32050,"message":"mine"}' ;;
          *refuse*) answer '"error":{"code":-32602,"message":"no"}' ;;
          *broken*) answer '"result":7' ;;
          *exit*) exit 3 ;;
          *close*) exec >&-; sleep 60 ;;
          *) answer '"result":{"content":[]}' ;;
        esac\
        """;

    private final RoleAssignments roles = new RoleAssignments();
    private final ReleaseCallCounters releaseCounters = new ReleaseCallCounters(roles::now);
    private final List<Worker> started = new ArrayList<>();

    @AfterEach
    void endWorkers() {
        started.forEach(worker -> worker.dispose(Duration.ofMillis(100), Duration.ofSeconds(2)));
    }

    private Worker start(String label) {
        WorkerRelease release = SampleReleases.withCallTimeout(
                SampleReleases.quick(label, SampleReleases.ECHO_TOOL, FAILING), Duration.ofMillis(500));
        WorkerDependencies common = TestWorkers.dependencies(TestWorkers.OPTIONS);
        return start(
                release,
                new WorkerDependencies(
                        ServiceName.DEFAULT,
                        common.policies(),
                        common.clock(),
                        common.ticker(),
                        common.background(),
                        releaseCounters));
    }

    private Worker start(WorkerRelease release, WorkerDependencies dependencies) {
        return Worker.start(release, TestWorkers.mark(), Duration.ofSeconds(20), 0, dependencies, started::add);
    }

    private void assign(Role role, String label) {
        roles.set(roles.now().with(role, RoleSlot.empty(SampleReleases.quick(label))));
    }

    private static void call(Worker worker, String tool, String text) {
        SilentCallContext traced = new SilentCallContext() {
            @Override
            public ObjectNode meta() {
                return SampleReleases.object().put("traceparent", "00-" + TRACE + "-b7ad6b7169203331-01");
            }
        };
        try {
            assertThat(worker.call(tool, SampleReleases.text(text), traced, ToolErrorPolicy.RELATIVE)
                            .isObject())
                    .isTrue();
        } catch (WorkerCallException e) {
            assertThat(e.reason()).isNotEmpty();
        }
    }

    private JsonNode report() {
        return FailureReportJson.of(releaseCounters.failures()).path("releases");
    }

    private static Stream<Tuple> kinds(JsonNode release, String list) {
        return release.path(list)
                .valueStream()
                .flatMap(tool -> tool.path("kinds")
                        .valueStream()
                        .map(kind -> tuple(
                                tool.path("tool").asString(),
                                kind.path("type").asString(),
                                kind.path("kind").asString(),
                                kind.path("count").asLong())));
    }

    @Test
    void eachWayToFailIsAKindOfItsOwn() {
        Worker worker = start("v1");
        Stream.of("fine", "fine", "toolerror", "toolerror", "rpcerror", "own", "broken", "refuse", "late", "exit")
                .forEach(text -> call(worker, "echo", text));
        call(worker, "no_such_tool", "x");

        JsonNode release = report().path(0);

        assertThat(kinds(release, "tools"))
                .containsExactlyInAnyOrder(
                        tuple("echo", "tool-error", "row <n> is locked", 2L),
                        tuple("echo", "json-rpc-error", "-32603 Internal error", 1L),
                        tuple("echo", "json-rpc-error", "-32050 Server error", 1L),
                        tuple("echo", "malformed-answer", "malformed answer", 1L),
                        tuple("echo", "timeout", "time-out", 1L),
                        tuple("echo", "worker-exited", "worker exited", 1L));
        assertThat(kinds(release, "callerErrors"))
                .as("arguments of this form went well before")
                .contains(tuple("echo", "refused", "-32602 Invalid params", 1L));
        assertThat(release.path("failed").asLong())
                .isEqualTo(worker.tally().now().errors())
                .isEqualTo(7);
        assertThat(release.path("calls").asLong())
                .isEqualTo(worker.tally().now().requests())
                .isEqualTo(9);
        assertThat(release.toString()).contains(TRACE, "with exit code 3", "{\\\"text\\\":\\\"rpcerror\\\"}");
    }

    @Test
    void aCallThatIsGivenUpLateIsAKindOfItsOwn() {
        FakeTicker time = new FakeTicker();
        WorkerDependencies common = TestWorkers.dependencies(TestWorkers.OPTIONS);
        Worker worker = start(
                SampleReleases.quick("v1", SampleReleases.ECHO_TOOL, FAILING),
                new WorkerDependencies(
                        ServiceName.DEFAULT,
                        common.policies(),
                        common.clock(),
                        time,
                        common.background(),
                        releaseCounters));
        CallCounters before = new CallCounters();
        for (int i = 0; i < 10; i++) {
            before.succeeded("echo", Duration.ofMillis(1).toNanos());
        }
        worker.countInto(before.next());
        List<Runnable> cancels = new CopyOnWriteArrayList<>();
        CompletableFuture<WorkerCallException> call = CompletableFuture.supplyAsync(() -> catchThrowableOfType(
                WorkerCallException.class,
                () -> worker.call(
                        "echo", SampleReleases.text("late"), new Cancellable(cancels), ToolErrorPolicy.RELATIVE)));
        Await.until("the call waits", () -> worker.waitingCalls() == 1 && !cancels.isEmpty());
        time.advance(Duration.ofSeconds(2));

        cancels.forEach(Runnable::run);
        assertThat(call.join().kind()).isEqualTo(WorkerCallException.Kind.CANCELLED);

        assertThat(kinds(report().path(0), "tools"))
                .containsExactly(tuple("echo", "given-up", "given up by its caller", 1L));
        assertThat(report().at("/0/tools/0/share").asDouble()).isEqualTo(1);
        assertThat(report().toString()).contains("given up after 2000 ms");
    }

    /** Is cancelled by what it registers. */
    private static final class Cancellable extends SilentCallContext {
        private final List<Runnable> cancels;

        Cancellable(List<Runnable> cancels) {
            this.cancels = cancels;
        }

        @Override
        public void onCancel(Runnable action) {
            cancels.add(action);
        }
    }

    @Test
    void anUnknownToolIsItsCallersMistake() {
        Worker worker = start("v1");

        call(worker, "no_such_tool", "rpcerror");

        assertThat(kinds(report().path(0), "tools")).isEmpty();
        assertThat(kinds(report().path(0), "callerErrors"))
                .containsExactly(tuple("no_such_tool", "unknown-tool", "unknown tool", 1L));
    }

    @Test
    void anAnswerThatIsLostWithoutAnExitIsToldFromOne() {
        Worker worker = start("v1");

        call(worker, "echo", "close");

        assertThat(kinds(report().path(0), "tools")).containsExactly(tuple("echo", "answer-lost", "answer lost", 1L));
        assertThat(report().toString()).contains("its output is closed");
    }

    @Test
    void aReleaseKeepsItsFailuresOverASwitchAndAfterItsWorkerHasEnded() {
        assign(Role.ACTIVE, "v1");
        releaseCounters.begin("v1", Optional.empty(), Instant.EPOCH);
        Worker stable = start("v1");
        call(stable, "echo", "rpcerror");
        Worker canary = start("v2");
        releaseCounters.begin(canary, Instant.EPOCH);
        call(canary, "echo", "toolerror");
        canary.countInto(stable.tally().next());
        call(canary, "echo", "toolerror");
        call(canary, "echo", "rpcerror");
        canary.dispose(Duration.ZERO, Duration.ofSeconds(2));
        stable.countInto(new CallCounters());
        call(stable, "echo", "fine");

        JsonNode releases = report();

        assertThat(releases.valueStream()
                        .map(release -> release.path("release").asString() + " "
                                + release.path("role").asString() + " " + release.path("failed") + "/"
                                + release.path("calls")))
                .containsExactly("v2 ended 3/3", "v1 active 1/2");
        assertThat(releases.at("/0/tools/0/kinds/0/new").asBoolean(false)).isTrue();
        assertThat(releases.at("/0/tools/0/kinds/1/new").asBoolean(true)).isFalse();
    }

    @Test
    void aReleaseThatComesAgainBeginsAnewUnlessARoleHoldsIt() {
        assign(Role.ACTIVE, "v1");
        Worker first = start("v2");
        releaseCounters.begin(first, Instant.EPOCH);
        call(first, "echo", "rpcerror");
        Worker second = start("v2");
        assertThat(report().at("/0/failed").asLong())
                .as("its start may fail yet")
                .isEqualTo(1);

        releaseCounters.begin(second, Instant.EPOCH);
        assertThat(report().at("/0/failed").asLong()).isZero();
        call(second, "echo", "rpcerror");
        assign(Role.PREVIOUS, "v2");
        releaseCounters.begin(start("v2"), Instant.EPOCH);

        assertThat(report().at("/0/failed").asLong()).isEqualTo(1);
    }

    @Test
    void olderReleasesAreAddedUpButForThoseThatHaveARole() {
        assign(Role.ACTIVE, "v1");
        releaseCounters.begin("v1", Optional.empty(), Instant.EPOCH);
        releaseCounters.add("v1", failing(1), Instant.EPOCH);
        for (int i = 2; i <= 9; i++) {
            String label = "r" + i;
            releaseCounters.begin(label, Optional.of("v1"), Instant.EPOCH);
            releaseCounters.add(label, failing(i), Instant.EPOCH);
        }
        assign(Role.CANARY, "v3");
        Worker newest = start("v3");
        releaseCounters.begin(newest, Instant.EPOCH);

        JsonNode releases = report();

        assertThat(releases.valueStream().map(release -> release.path("release").asString()))
                .contains("v3", "v1")
                .endsWith("(earlier releases)")
                .hasSize(ReleaseCallCounters.RELEASES_MAX + 1);
        assertThat(releases.valueStream()
                        .mapToLong(release -> release.path("failed").asLong())
                        .sum())
                .isEqualTo(45);
        assertThat(releases.valueStream()
                        .mapToLong(release -> release.path("calls").asLong())
                        .sum())
                .isEqualTo(45);
    }

    @Test
    void manyRestartsLoseNoCount() {
        assign(Role.ACTIVE, "v1");
        releaseCounters.begin("v1", Optional.empty(), Instant.EPOCH);
        for (int i = 0; i < 3 * ReleaseCallCounters.COUNTERS_MAX; i++) {
            releaseCounters.add("v1", failing(2), Instant.EPOCH);
        }

        assertThat(report().at("/0/failed").asLong()).isEqualTo(6L * ReleaseCallCounters.COUNTERS_MAX);
        assertThat(report().at("/0/tools/0/kinds/0/count").asLong()).isEqualTo(6L * ReleaseCallCounters.COUNTERS_MAX);
    }

    private static CallCounters failing(int calls) {
        CallCounters counters = new CallCounters();
        for (int i = 0; i < calls; i++) {
            counters.failed("pay", 1, /* toolError= */ false);
            counters.failures().failed(counters.countedAs("pay"), FailedCall.ofCode(-32603, "boom"), Instant.EPOCH);
        }
        return counters;
    }
}

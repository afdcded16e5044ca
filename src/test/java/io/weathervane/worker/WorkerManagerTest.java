package io.weathervane.worker;

import static io.weathervane.worker.TestWorkers.answeredBy;
import static io.weathervane.worker.TestWorkers.awaitGone;
import static io.weathervane.worker.TestWorkers.pid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.weathervane.core.ServerContext;
import io.weathervane.event.EventType;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.store.Database;
import io.weathervane.store.DeferredRecord;
import io.weathervane.store.SameTransactionWriter;
import io.weathervane.testing.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Canary, promotion and the way back, with real processes on a real database. */
class WorkerManagerTest {
    @TempDir
    Path folder;

    @Test
    void aReleaseThatCannotRunIsRefusedWithTheReason() {
        try (TestWorkers workers = new TestWorkers(
                        folder,
                        SampleReleases.quick("stable"),
                        WorkerRelease.of("missing", WorkerProtocol.MCP, List.of("no-such-program-here")),
                        SampleReleases.shell("broken", "echo \"Cannot find module 'forecast-model'\" >&2; exit 1"),
                        SampleReleases.shell("mute", "exec sleep 60"),
                        SampleReleases.shell("babble", "while read line; do echo babble; done"),
                        SampleReleases.plain("ill", "--health-false"));
                WorkerManager manager = workers.start(
                        "stable",
                        TestWorkers.options(TestWorkers.NO_RESTART, Duration.ofSeconds(1), Duration.ofMillis(2500)))) {
            assertThat(refusal(() -> manager.startCanary("missing")))
                    .contains("worker missing cannot be started: command not found: no-such-program-here");
            assertThat(refusal(() -> manager.startCanary("broken")))
                    .contains("ended with exit code 1")
                    .contains("its last lines on stderr: Cannot find module 'forecast-model'");
            assertThat(refusal(() -> manager.startCanary("mute"))).contains("did not answer server/discover within");
            assertThat(refusal(() -> manager.startCanary("babble"))).contains("sent what is no valid answer");
            assertThat(refusal(() -> manager.startCanary("ill"))).contains("worker ill did not start");
            assertThat(refusal(() -> manager.startCanary("stabel"))).contains("did you mean stable?");

            assertThat(manager.view().canary()).isEmpty();
            assertThat(answeredBy(manager)).isEqualTo("stable");
        }
    }

    @Test
    void whatDoesNotExistCannotBePromotedOrRestored() {
        try (TestWorkers workers =
                        new TestWorkers(folder, SampleReleases.quick("stable"), SampleReleases.quick("next"));
                WorkerManager manager = workers.start("stable")) {
            assertThat(refusal(() -> manager.promote(SameTransactionWriter.none())))
                    .contains("there is no canary to promote");
            assertThat(refusal(() -> manager.switchToActive(AdditionalSwitchRecordSource.NONE)))
                    .contains("there is no previous worker");
            assertThat(manager.preflightPrevious().ok()).isFalse();
            assertThat(manager.probePrevious().ok()).isFalse();

            manager.startCanary("next");
            assertThat(refusal(() -> manager.startCanary("next"))).contains("there is a canary already: next");

            long canary = pid(manager.view().canary());
            ProcessHandle.of(canary).orElseThrow().destroyForcibly();
            Await.until("the canary's end is reported", () -> !workers.exits.isEmpty());
            assertThat(workers.exits.get(0).role()).isEqualTo(Role.CANARY);
            assertThat(refusal(() -> manager.promote(SameTransactionWriter.none())))
                    .contains("the canary next is dead");
            assertThat(answeredBy(manager)).isEqualTo("stable");
        }
    }

    @Test
    void aPromotionAndItsRollbackChangeWhoAnswers() {
        try (TestWorkers workers =
                        new TestWorkers(folder, SampleReleases.quick("stable"), SampleReleases.quick("next"));
                WorkerManager manager = workers.start("stable")) {
            answeredBy(manager);
            manager.startCanary("next");

            WorkerSwitchResult promotion = manager.promote(SameTransactionWriter.none());

            assertThat(promotion.from()).contains("stable");
            assertThat(promotion.to()).isEqualTo("next");
            assertThat(promotion.recorded()).isTrue();
            assertThat(manager.tallyOfActive()).isEqualTo(CallTotals.NONE);
            assertThat(answeredBy(manager)).isEqualTo("next");
            assertThat(manager.preflightPrevious().ok()).isTrue();

            long rejected = pid(manager.view().active());
            WorkerSwitchResult rollback = manager.switchToActive(AdditionalSwitchRecordSource.NONE);

            assertThat(rollback.to()).isEqualTo("stable");
            Await.until("it is recorded", () -> manager.view().notes().isEmpty());
            assertThat(answeredBy(manager)).isEqualTo("stable");
            assertThat(manager.view().rejected().orElseThrow().label()).isEqualTo("next");
            assertThat(manager.disposeReplaced().label()).contains("next");
            awaitGone(rejected);
            assertThat(workers.exits).isEmpty();
            assertThat(workers.events)
                    .extracting(event -> event.type())
                    .filteredOn(type -> type != EventType.WORKERS_CHANGED)
                    .containsExactly(EventType.WORKER_SWITCHED, EventType.WORKER_SWITCHED);
        }
    }

    @Test
    void aPromotionThatCannotBeRecordedDoesNotHappen() {
        try (TestWorkers workers =
                        new TestWorkers(folder, SampleReleases.quick("stable"), SampleReleases.quick("next"));
                WorkerManager manager = workers.start("stable")) {
            manager.startCanary("next");

            assertThat(refusal(
                            () -> manager.promote((sql, change) -> sql.update("INSERT INTO no_such_table VALUES (1)"))))
                    .contains("cannot be recorded, so nothing was switched");

            assertThat(answeredBy(manager)).isEqualTo("stable");
            assertThat(manager.view().canary()).isPresent();
        }
    }

    @Test
    void aRollbackThatCannotBeRecordedHappensAndSaysSoAndIsRecordedLaterWithAllThatBelongsToIt() {
        AtomicBoolean broken = new AtomicBoolean(true);
        try (TestWorkers workers =
                        new TestWorkers(folder, SampleReleases.quick("stable"), SampleReleases.quick("next"));
                ServerContext context = workers.context();
                WorkerManager manager = workers.start(Optional.of("stable"), WorkerPolicy.defaults(), context)) {
            Database database = context.database();
            manager.startCanary("next");
            manager.promote(SameTransactionWriter.none());

            database.deferredWrites().register("test", (sql, body) -> {
                if (broken.get()) {
                    sql.update("INSERT INTO no_such_table VALUES (1)");
                }
            });

            WorkerSwitchResult rollback =
                    manager.switchToActive(change -> List.of(new DeferredRecord("test", change.to())));

            assertThat(rollback.recorded()).isFalse();
            assertThat(rollback.recordFailure().orElseThrow()).contains("no_such_table");
            assertThat(answeredBy(manager)).isEqualTo("stable");
            broken.set(false);
            Await.until(
                    "the record is written after all",
                    () -> manager.view().notes().isEmpty());
        }
    }

    @Test
    void aDeadPreviousWorkerIsStartedForTheRollback() {
        try (TestWorkers workers =
                        new TestWorkers(folder, SampleReleases.quick("stable"), SampleReleases.quick("next"));
                WorkerManager manager = workers.start("stable")) {
            manager.startCanary("next");
            manager.promote(SameTransactionWriter.none());
            long previous = pid(manager.view().previous());
            ProcessHandle.of(previous).orElseThrow().destroyForcibly();
            awaitGone(previous);

            assertThat(manager.preflightPrevious().ok()).isTrue();
            manager.switchToActive(AdditionalSwitchRecordSource.NONE);

            assertThat(answeredBy(manager)).isEqualTo("stable");
            assertThat(pid(manager.view().active())).isNotEqualTo(previous);
        }
    }

    @Test
    void theExitOfTheActiveWorkerIsReportedAndItComesBack() {
        RestartPolicy soon = new RestartPolicy(Duration.ofMillis(10), Duration.ofMillis(10), 3, Duration.ofMinutes(1));
        try (TestWorkers workers = new TestWorkers(folder, SampleReleases.quick("stable"));
                WorkerManager manager = workers.start(
                        "stable", TestWorkers.options(soon, Duration.ofSeconds(1), Duration.ofSeconds(20)))) {
            answeredBy(manager);
            long first = pid(manager.view().active());
            ProcessHandle.of(first).orElseThrow().destroyForcibly();

            assertThat(answeredBy(manager)).isEqualTo("stable");

            assertThat(pid(manager.view().active())).isNotEqualTo(first);
            assertThat(manager.view().active().orElseThrow().health().restarts())
                    .isEqualTo(1);
            assertThat(manager.tallyOfActive().requests()).isGreaterThanOrEqualTo(2);
            assertThat(workers.exits).singleElement().satisfies(exit -> {
                assertThat(exit.role()).isEqualTo(Role.ACTIVE);
                assertThat(exit.exitCode()).isEqualTo(128 + 9);
                assertThat(exit.willRestart()).isTrue();
            });
        }
    }

    @Test
    void aWorkerThatKeepsDyingIsLeftDownAndCallsAreToldAtOnce() {
        RestartPolicy twice = new RestartPolicy(Duration.ofMillis(1), Duration.ofMillis(1), 2, Duration.ofMinutes(1));
        try (TestWorkers workers = new TestWorkers(folder, SampleReleases.mcp("dying", "--exit-on-call"));
                WorkerManager manager = workers.start(
                        "dying", TestWorkers.options(twice, Duration.ofSeconds(1), Duration.ofSeconds(20)))) {
            for (int death = 0; death < 3; death++) {
                int expected = death + 1;
                assertThatThrownBy(() ->
                                manager.call("record_observation", SampleReleases.text("a"), WorkerCallContext.none()))
                        .isInstanceOf(WorkerCallException.class);
                Await.until("death " + expected + " is seen", () -> workers.exits.size() == expected);
            }
            Await.until("given up", () -> manager.view().notes().toString().contains("not started again"));

            assertThat(manager.view().status()).isEqualTo("down");
            assertThat(catchThrowableOfType(WorkerCallException.class, () -> answeredBy(manager))
                            .kind())
                    .isEqualTo(WorkerCallException.Kind.NONE_ACTIVE);
            assertThat(manager.probeActive().ok()).isFalse();
        }
    }

    @Test
    void aReadOnlyCallIsTriedAgainOnTheNextWorkerAndAnotherIsNot() {
        try (TestWorkers workers = new TestWorkers(
                        folder, SampleReleases.quick("stable"), SampleReleases.mcp("doomed", "--exit-on-call"));
                WorkerManager manager = workers.start("stable")) {
            manager.onUnexpectedExit(exit -> manager.switchToActive(AdditionalSwitchRecordSource.NONE));
            manager.startCanary("doomed");
            manager.promote(SameTransactionWriter.none());

            assertThat(answeredBy(manager)).isEqualTo("stable");

            manager.disposeReplaced().drained().join();
            manager.startCanary("doomed");
            manager.promote(SameTransactionWriter.none());
            assertThat(catchThrowableOfType(
                                    WorkerCallException.class,
                                    () -> manager.call(
                                            "record_observation",
                                            SampleReleases.text("once"),
                                            WorkerCallContext.none()))
                            .kind())
                    .isEqualTo(WorkerCallException.Kind.LOST);
        }
    }

    @Test
    void aHungCanaryIsNotPromoted() {
        WorkerRelease hung = SampleReleases.withProbeTimeout(
                SampleReleases.mcp("hung", "--health-false", "--era", "legacy"), Duration.ofSeconds(20));
        try (TestWorkers workers = new TestWorkers(folder, SampleReleases.quick("stable"), hung);
                WorkerManager manager = workers.start("stable")) {
            manager.startCanary("hung");

            assertThat(refusal(() -> manager.promote(SameTransactionWriter.none())))
                    .contains("is not healthy: not healthy");
            assertThat(answeredBy(manager)).isEqualTo("stable");
        }
    }

    @Test
    void theFileShowsTheWorkersAndWhatHappened() throws Exception {
        try (TestWorkers workers =
                        new TestWorkers(folder, SampleReleases.quick("stable"), SampleReleases.quick("next"));
                WorkerManager manager = workers.start("stable")) {
            manager.startCanary("next");
            manager.promote(SameTransactionWriter.none());

            Await.until(
                    "the file shows the switch",
                    () -> Files.exists(workers.json())
                            && JsonRpcCodec.JSON
                                    .readTree(Files.readAllBytes(workers.json()))
                                    .path("events")
                                    .toString()
                                    .contains("\"type\":\"switch\""));
            JsonNode json = JsonRpcCodec.JSON.readTree(Files.readAllBytes(workers.json()));
            assertThat(json.path("active").path("pid").asLong())
                    .isEqualTo(pid(manager.view().active()));
            assertThat(json.path("active").path("label").asString()).isEqualTo("next");
            assertThat(json.path("previous").path("label").asString()).isEqualTo("stable");
            assertThat(json.path("status").asString()).isEqualTo("ok");
            assertThat(json.path("drift").get(0).asString()).contains("initial release is stable");
        }
    }

    @Test
    void memoryAndOpenFilesOfTheActiveWorkerAreKnown() {
        try (TestWorkers workers = new TestWorkers(folder, SampleReleases.mcp("stable"));
                WorkerManager manager = workers.start("stable")) {
            ProcessUsage usage = manager.usageOfActive().orElseThrow();

            assertThat(usage.residentBytes()).isBetween(10_000_000L, 1_000_000_000L);
            assertThat(usage.openFiles()).isBetween(3L, 1000L);
            assertThat(usage.openFilesLimit()).isGreaterThan(usage.openFiles());
        }
    }

    @Test
    void closingEndsEveryProcess() {
        try (TestWorkers workers =
                new TestWorkers(folder, SampleReleases.quick("stable"), SampleReleases.quick("next"))) {
            WorkerManager manager = workers.start("stable");
            manager.startCanary("next");
            WorkersView view = manager.view();

            manager.close();

            awaitGone(pid(view.active()));
            awaitGone(pid(view.canary()));
            assertThatCode(manager::close).doesNotThrowAnyException();
            assertThat(workers.exits).isEmpty();
        }
    }

    @Test
    void withoutAnyReleaseItIsIdle() {
        try (TestWorkers workers = new TestWorkers(folder);
                WorkerManager manager = workers.start(Optional.empty(), TestWorkers.OPTIONS, workers.context())) {
            assertThat(manager.view().status()).isEqualTo("idle");
            assertThat(manager.tools()).isEmpty();
            assertThat(catchThrowableOfType(WorkerCallException.class, () -> answeredBy(manager)))
                    .hasMessageContaining("no worker is active");
        }
    }

    private static String refusal(Runnable action) {
        WorkerActionRefusedException refused = catchThrowableOfType(WorkerActionRefusedException.class, action::run);
        assertThat(refused).as("a refusal").isNotNull();
        return refused.reason();
    }
}

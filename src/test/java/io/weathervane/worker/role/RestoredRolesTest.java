package io.weathervane.worker.role;

import static io.weathervane.worker.TestWorkers.answeredBy;
import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.store.Database;
import io.weathervane.store.SameTransactionWriter;
import io.weathervane.testing.Await;
import io.weathervane.worker.AdditionalSwitchRecordSource;
import io.weathervane.worker.HealthProbeSpec;
import io.weathervane.worker.InheritedEnvironment;
import io.weathervane.worker.JsonRpcToolConfig;
import io.weathervane.worker.LaunchSpec;
import io.weathervane.worker.ReleaseDefinitionCodec;
import io.weathervane.worker.ReleaseStore;
import io.weathervane.worker.RestartPolicy;
import io.weathervane.worker.SampleReleases;
import io.weathervane.worker.ServiceName;
import io.weathervane.worker.TestWorkers;
import io.weathervane.worker.WorkerManager;
import io.weathervane.worker.WorkerProtocol;
import io.weathervane.worker.WorkerRelease;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a restart brings back. */
class RestoredRolesTest {
    @TempDir
    Path folder;

    @Test
    void aRestartResumesThePromotedReleaseAndThePreviousOne() {
        try (TestWorkers workers =
                new TestWorkers(folder, SampleReleases.quick("stable"), SampleReleases.quick("next"))) {
            WorkerManager first = workers.start("stable");
            first.startCanary("next");
            first.promote(SameTransactionWriter.none());
            first.close();

            WorkerManager second = workers.start("stable");

            assertThat(answeredBy(second)).isEqualTo("next");
            Await.until(
                    "the previous one is warm again",
                    () -> second.view().previous().isPresent());
            second.switchToActive(AdditionalSwitchRecordSource.NONE);
            assertThat(answeredBy(second)).isEqualTo("stable");
        }
    }

    @Test
    void theRollbackOfAStoppedServerBringsThePreviousReleaseOnce() {
        try (TestWorkers workers =
                new TestWorkers(folder, SampleReleases.quick("stable"), SampleReleases.quick("next"))) {
            WorkerManager first = workers.start("stable");
            first.startCanary("next");
            first.promote(SameTransactionWriter.none());
            first.close();
            Database database = workers.database();
            ReleaseStore store = new ReleaseStore(database, ServiceName.DEFAULT);

            assertThat(database.<Optional<String>>write(store::swapRecord)).contains("stable");
            assertThat(database.<Optional<String>>write(store::swapRecord)).isEmpty();

            assertThat(answeredBy(workers.start("stable"))).isEqualTo("stable");
        }
    }

    @Test
    void thereIsNothingToSwapBeforeTheFirstStart() {
        try (TestWorkers workers = new TestWorkers(folder)) {
            ReleaseStore store = new ReleaseStore(workers.database(), ServiceName.DEFAULT);

            assertThat(workers.database().<Optional<String>>write(store::swapRecord))
                    .isEmpty();
        }
    }

    @Test
    void theRecordedCommandRunsAndTheChangedConfigurationIsShown() {
        try (TestWorkers workers = new TestWorkers(folder, SampleReleases.quick("stable"))) {
            workers.start("stable").close();

            workers.with(SampleReleases.mcp("stable", "--era", "modern"));
            WorkerManager second = workers.start("stable");

            assertThat(second.view().active().orElseThrow().program().protocol())
                    .isEqualTo("mcp 2025-11-25");
            assertThat(second.view().drift())
                    .singleElement()
                    .asString()
                    .contains("the active release stable runs with another command");
        }
    }

    @Test
    void aWorkerLeftByAKilledServerIsEndedAtTheStart() throws Exception {
        try (TestWorkers workers = new TestWorkers(folder, SampleReleases.quick("stable"))) {
            Process left = new ProcessBuilder("sleep", "60").start();
            Process stranger = new ProcessBuilder("sleep", "60").start();
            try {
                ReleaseStore store = new ReleaseStore(workers.database(), ServiceName.DEFAULT);
                long began = left.info().startInstant().orElseThrow().toEpochMilli();
                store.addChild(new ReleaseStore.Child(left.pid(), began, "stable"));
                store.addChild(new ReleaseStore.Child(stranger.pid(), began - 60_000, "stable"));

                workers.start("stable");

                TestWorkers.awaitGone(left.pid());
                assertThat(stranger.isAlive()).isTrue();
                Await.until(
                        "only the new worker is remembered",
                        () -> store.children().size() == 1);
            } finally {
                left.destroyForcibly();
                stranger.destroyForcibly();
            }
        }
    }

    @Test
    void anActiveReleaseThatDoesNotStartLeavesTheServerRunning() {
        RestartPolicy soon = new RestartPolicy(Duration.ofMillis(10), Duration.ofMillis(10), 1, Duration.ofMinutes(1));
        try (TestWorkers workers =
                        new TestWorkers(folder, SampleReleases.shell("broken", "echo no such model >&2; exit 7"));
                WorkerManager manager = workers.start(
                        "broken", TestWorkers.options(soon, Duration.ofSeconds(1), Duration.ofSeconds(20)))) {
            Await.until("given up", () -> manager.view().notes().toString().contains("not started again"));

            assertThat(manager.view().status()).isEqualTo("down");
            assertThat(manager.view().notes().toString())
                    .contains("exit code 7")
                    .contains("no such model");
        }
    }

    @Test
    void aReleaseIsTheSameAfterItsTripThroughTheDatabase() {
        WorkerRelease release = new WorkerRelease(
                "all",
                WorkerProtocol.JSON_RPC,
                new LaunchSpec(
                        List.of("run", "it"),
                        Map.of("A", "b=c", "D", ""),
                        Optional.of(Path.of("/tmp")),
                        Optional.of("weather"),
                        InheritedEnvironment.of(Set.of("API_KEY", "REGION"))),
                new HealthProbeSpec("alive", Duration.ofMillis(1500), Duration.ZERO),
                Duration.ofMinutes(2),
                List.of(new JsonRpcToolConfig(
                        "say", "Says.", SampleReleases.object().put("type", "object"), "echo", true)));

        assertThat(ReleaseDefinitionCodec.read(ReleaseDefinitionCodec.write(release)))
                .contains(release);
        assertThat(ReleaseDefinitionCodec.read("{}")).isEmpty();
        assertThat(ReleaseDefinitionCodec.read("not json")).isEmpty();
    }
}

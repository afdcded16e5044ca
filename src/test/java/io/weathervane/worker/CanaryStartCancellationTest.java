package io.weathervane.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.testing.Await;
import io.weathervane.util.Threads;
import io.weathervane.worker.routing.Worker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The starter of a canary may end the start, before, during and just after it, and nothing else. */
class CanaryStartCancellationTest {
    @TempDir
    Path folder;

    private final CanaryStartCancellation starts = new CanaryStartCancellation();
    private TestWorkers workers;
    private WorkerManager manager;
    private WorkerRelease hangs;

    @BeforeEach
    void open() {
        hangs = SampleReleases.shell("hangs", "echo $$ >'" + pid() + "'; exec sleep 600");
        workers = new TestWorkers(folder, SampleReleases.quick("blue"));
        manager = workers.start("blue");
    }

    private Path pid() {
        return folder.resolve("pid");
    }

    @AfterEach
    void close() {
        workers.close();
    }

    @Test
    void endedBeforehandNothingIsRun() {
        starts.end();

        assertThatThrownBy(() -> manager.startCanary(hangs, starts))
                .isInstanceOf(WorkerActionRefusedException.class)
                .hasMessageContaining("the start of the canary hangs was called off");

        assertThat(pid()).doesNotExist();
    }

    @Test
    void endedMeanwhileTheProcessEndsAndTheActiveWorkerStays() throws Exception {
        long active = TestWorkers.pid(manager.view().active());
        CompletableFuture<WorkerView> started = new CompletableFuture<>();
        Threads.daemon("start", () -> started.completeAsync(() -> manager.startCanary(hangs, starts), Runnable::run))
                .start();
        Await.until(
                "it hangs",
                () -> Files.exists(pid()) && !Files.readString(pid()).isBlank());

        starts.end();

        assertThat(started)
                .failsWithin(Duration.ofSeconds(60))
                .withThrowableThat()
                .withMessageContaining("hangs");
        TestWorkers.awaitGone(Long.parseLong(Files.readString(pid()).strip()));
        assertThat(TestWorkers.pid(manager.view().active())).isEqualTo(active);
        assertThat(TestWorkers.answeredBy(manager)).isEqualTo("blue");
        assertThat(manager.startCanary(SampleReleases.quick("green")).label())
                .as("the start of another canary")
                .isEqualTo("green");
    }

    @Test
    void endedWhileTheProcessIsMadeItIsKilledAtOnce() {
        starts.end();

        assertThatThrownBy(() -> Worker.start(
                        hangs,
                        TestWorkers.mark(),
                        Duration.ofMinutes(10),
                        /* restarts= */ 0,
                        TestWorkers.dependencies(TestWorkers.OPTIONS),
                        started -> starts.begun(started.server()::kill)))
                .isInstanceOf(WorkerActionRefusedException.class);
    }

    @Test
    void endedAfterwardsTheCanaryStays() {
        manager.startCanary(SampleReleases.quick("green"), starts);

        starts.end();

        assertThat(manager.view().canary().orElseThrow().state()).isEqualTo(WorkerState.READY);
    }
}

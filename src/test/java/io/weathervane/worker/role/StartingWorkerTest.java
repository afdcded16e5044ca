package io.weathervane.worker.role;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.testing.Await;
import io.weathervane.util.Threads;
import io.weathervane.worker.RestartPolicy;
import io.weathervane.worker.SampleReleases;
import io.weathervane.worker.TestWorkers;
import io.weathervane.worker.WorkerContentService;
import io.weathervane.worker.WorkerPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker that is not ready yet, and leaves its work to a child, as npx does. */
class StartingWorkerTest {
    @TempDir
    Path folder;

    @Test
    void saysThatItIsNotStartedAgain() {
        try (TestWorkers workers = new TestWorkers(folder, SampleReleases.shell("broken", "exit 3"))) {
            WorkerContentService content = workers.start("broken").content();

            assertThat(content.restartPending()).isFalse();
            assertThat(content.missing())
                    .hasValueSatisfying(why -> assertThat(why)
                            .startsWith(
                                    "The worker behind this server is not up: broken did not start and is not started"
                                            + " again; worker_status shows what is wrong"));
        }
    }

    @Test
    void saysThatItIsStartedAgainUntilItIsUp() {
        Path once = folder.resolve("once");
        String failsOnce = "[ -e '" + once + "' ] || { : >'" + once + "'; exit 3; }; ";
        String quick = SampleReleases.quick("w").command().get(2);
        RestartPolicy soon = new RestartPolicy(Duration.ofSeconds(1), Duration.ofSeconds(1), 3, Duration.ofMinutes(1));
        WorkerPolicy policy = TestWorkers.options(soon, Duration.ofSeconds(2), Duration.ofSeconds(20));
        try (TestWorkers workers = new TestWorkers(folder, SampleReleases.shell("w", failsOnce + quick))) {
            WorkerContentService content = workers.start("w", policy).content();

            assertThat(content.restartPending()).isTrue();
            assertThat(content.missing())
                    .hasValueSatisfying(why -> assertThat(why).contains("w did not start and is started again"));
            Await.until("it is up", () -> content.missing().isEmpty());
            assertThat(content.restartPending()).isFalse();
        }
    }

    @Test
    void endsWithItsChildWhenTheServerEndsMeanwhile() throws Exception {
        Path pids = folder.resolve("pids");
        // Neither reads its input, so that its end tells them nothing.
        String script = "sleep 600 & echo $$ $! >'" + pids + ".new' && mv '" + pids + ".new' '" + pids + "'; wait";
        TestWorkers workers = new TestWorkers(folder, SampleReleases.shell("slow", script));
        Thread starting = Threads.daemon("start", () -> workers.start("slow"));
        starting.start();
        Await.until(
                "it has begun",
                () -> Files.exists(pids) && Files.readString(pids).endsWith("\n"));
        String[] both = Files.readString(pids).strip().split(" ", -1);

        workers.close();

        TestWorkers.awaitGone(Long.parseLong(both[0]));
        TestWorkers.awaitGone(Long.parseLong(both[1]));
        starting.join();
    }
}

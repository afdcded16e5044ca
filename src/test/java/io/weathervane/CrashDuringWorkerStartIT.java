package io.weathervane;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.testing.Await;
import io.weathervane.testing.ClingingWorker;
import io.weathervane.testing.ServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} of a server that is just starting its worker, from the moment that there is a process on: the next
 * start ends what was left, and nothing else. A few kills in each build; as many as one likes by {@code scripts/soak orphans}.
 */
@Tag("slow")
@Tag("essential")
class CrashDuringWorkerStartIT {
    private static final int KILLS = Integer.getInteger("weathervane.kills", 6);

    /** Half of the kills come within so many milliseconds after the worker's first sign of life. */
    private static final int SOON_MILLIS = 30;

    private static final int LATER_MILLIS = 600;

    @TempDir
    private Path workspace;

    private final Random random = new Random(Long.getLong("weathervane.seed", 20261129));

    @Test
    void theNextStartEndsWhatACrashedStartLeft() throws Exception {
        ClingingWorker.write(workspace);
        Files.writeString(
                workspace.resolve("weathervane.yaml"),
                "workers: {initial: a, releases: {a: {kind: mcp, command: [sh, clinging.sh, starting]}}}\n");
        Process stranger = new ProcessBuilder("sh", "-c", "exec sleep 600").start();
        List<String> wrong = new ArrayList<>();
        int left = 0;
        try {
            for (int kill = 0; kill < KILLS; kill++) {
                List<ProcessHandle> orphans = crash();
                left += orphans.isEmpty() ? 0 : 1;
                if (!areEndedByTheNextStart(orphans)) {
                    wrong.add("kill " + kill + ": "
                            + orphans.stream().filter(ProcessHandle::isAlive).toList());
                }
            }
            assertThat(stranger.isAlive()).isTrue();
        } finally {
            stranger.destroyForcibly();
            ClingingWorker.running(workspace).forEach(ProcessHandle::destroyForcibly);
        }
        System.err.println("crashed starts: " + KILLS + ", with orphans: " + left + ", not ended by the next start: "
                + wrong.size());
        assertThat(wrong).isEmpty();
        assertThat(left).as("a test without orphans shows nothing").isPositive();
    }

    /** Kills a start soon after its worker has begun; returns what it left. */
    private List<ProcessHandle> crash() throws Exception {
        Files.writeString(workspace.resolve("pids"), "");
        Process server = serve();
        Await.until("the worker has begun", () -> Files.size(workspace.resolve("pids")) > 0);
        int millis = random.nextBoolean() ? random.nextInt(SOON_MILLIS) : random.nextInt(LATER_MILLIS);
        LockSupport.parkNanos(Duration.ofMillis(millis).toNanos());
        server.destroyForcibly().waitFor();
        return ClingingWorker.awaitRunning(workspace);
    }

    private boolean areEndedByTheNextStart(List<ProcessHandle> orphans) throws Exception {
        Files.writeString(workspace.resolve("pids"), "");
        Process server = serve();
        try {
            Await.until("the next worker has begun", () -> Files.size(workspace.resolve("pids")) > 0);
            ClingingWorker.awaitRunning(workspace);
            return orphans.stream().noneMatch(ClingingWorker::isRunning);
        } finally {
            server.destroy();
            assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    private Process serve() throws Exception {
        return new ProcessBuilder(ServerProcess.serving(workspace))
                .directory(workspace.toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}

package io.weathervane.worker.role;

import io.weathervane.testing.Await;
import io.weathervane.util.Threads;
import io.weathervane.worker.Samples;
import io.weathervane.worker.Workshop;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker that is not ready yet, and leaves its work to a child, as npx does. */
class StartingWorkerTest {
    @TempDir
    Path folder;

    @Test
    void endsWithItsChildWhenTheServerEndsMeanwhile() throws Exception {
        Path pids = folder.resolve("pids");
        // Neither reads its input, so that its end tells them nothing.
        String script = "sleep 600 & echo $$ $! >'" + pids + ".new' && mv '" + pids + ".new' '" + pids + "'; wait";
        Workshop workshop = new Workshop(folder, Samples.shell("slow", script));
        Thread starting = Threads.daemon("start", () -> workshop.start("slow"));
        starting.start();
        Await.until(
                "it has begun",
                () -> Files.exists(pids) && Files.readString(pids).endsWith("\n"));
        String[] both = Files.readString(pids).strip().split(" ", -1);

        workshop.close();

        Workshop.awaitGone(Long.parseLong(both[0]));
        Workshop.awaitGone(Long.parseLong(both[1]));
        starting.join();
    }
}

package io.weathervane;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** On which threads a process with two processors completes what it completes on another thread. */
class AsyncThreadsTest {
    /** What another JVM runs: the answer is the thread's name. */
    public static final class Probe {
        private Probe() {}

        public static void main(String[] args) throws ExecutionException, InterruptedException {
            Main.shareAsyncThreads();
            System.out.print(
                    CompletableFuture.supplyAsync(() -> Thread.currentThread().getName())
                            .get());
        }
    }

    @Test
    void twoProcessorsHaveThreadsThatAreKept() throws Exception {
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:ActiveProcessorCount=2",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Probe.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            String thread = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(jvm.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(thread).startsWith("ForkJoinPool.commonPool-worker-");
        } finally {
            jvm.destroyForcibly();
        }
    }
}

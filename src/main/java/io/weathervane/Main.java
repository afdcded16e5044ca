package io.weathervane;

import io.weathervane.cli.CliEntryPoint;
import io.weathervane.logging.LogbackServiceProvider;
import java.util.List;
import java.util.Locale;

/** The entry point: prepares the process, and hands the words of the command line on. */
public final class Main {
    /** A buffer of a thread for its writes that is larger is not kept: 64 KiB. */
    private static final String KEPT_BUFFER_BYTES = "65536";

    /** Threads of the common pool where it would have one only: on two processors, or one. */
    private static final int ASYNC_THREADS = 2;

    private Main() {}

    public static void main(String[] args) {
        // What is written is for programs and for people of all countries alike: digits are 0 to 9 everywhere.
        Locale.setDefault(Locale.ROOT);
        boundDirectBuffers();
        shareAsyncThreads();
        LogbackServiceProvider.choose();
        System.exit(CliEntryPoint.ofThisProcess().run(List.of(args)));
    }

    /**
     * Each thread that writes to a socket would keep a buffer outside the heap as large as the largest message that it
     * ever wrote, and the JVM has room for as much as the heap is. The JVM reads this before the first such write.
     */
    private static void boundDirectBuffers() {
        String name = "jdk.nio.maxCachedBufferSize";
        System.setProperty(name, System.getProperty(name, KEPT_BUFFER_BYTES));
    }

    /**
     * Before JDK 25 a {@code CompletableFuture} starts a thread for each completion on another thread where the common pool
     * has one thread only, as it has on two processors: the JDK's HTTP client does so for each request, which costs a call more
     * than all else. The JVM reads this before the first use of the pool.
     */
    static void shareAsyncThreads() {
        String name = "java.util.concurrent.ForkJoinPool.common.parallelism";
        if (Runtime.getRuntime().availableProcessors() <= ASYNC_THREADS && System.getProperty(name) == null) {
            System.setProperty(name, Integer.toString(ASYNC_THREADS));
        }
    }
}

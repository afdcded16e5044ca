package io.weathervane.sample;

import io.weathervane.util.Threads;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/** The bad manners that concern the whole process: they begin with it. */
final class ProcessFaults {
    private static final int MEGABYTE = 1024 * 1024;
    private static final long SECOND_NANOS = 1_000_000_000L;

    private ProcessFaults() {}

    static void begin(SampleOptions options, PrintStream log) {
        if (options.has("ignore-sigterm")) {
            Runtime.getRuntime().addShutdownHook(new Thread(ProcessFaults::sleepForEver, "ignore-sigterm"));
        }
        if (options.has("flood-stderr")) {
            Threads.daemon("flood", () -> flood(log)).start();
        }
        options.number("leak-mb-per-second")
                .ifPresent(megabytes ->
                        Threads.daemon("leak", () -> leak(megabytes)).start());
        options.number("leak-files-per-second")
                .ifPresent(files -> Threads.daemon("leak-files", () -> leakFiles(files, log))
                        .start());
        options.duration("exit-after")
                .ifPresent(after -> Threads.daemon("exit", () -> {
                            LockSupport.parkNanos(after.toNanos());
                            log.println("exiting as asked");
                            Runtime.getRuntime().halt(3);
                        })
                        .start());
    }

    static void sleepForEver() {
        boolean interrupted = false;
        while (true) {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static void flood(PrintStream log) {
        for (long line = 0; !log.checkError(); line++) {
            log.println("flood " + line + " of a worker that talks too much");
        }
    }

    /** Keeps files open, some each tenth of a second; one that cannot be opened is tried again. */
    private static void leakFiles(int filesPerSecond, PrintStream log) {
        List<FileInputStream> kept = new ArrayList<>();
        while (!Thread.currentThread().isInterrupted()) {
            for (int opened = 0; opened < Math.max(1, filesPerSecond / 10); opened++) {
                try {
                    kept.add(new FileInputStream("/dev/null"));
                } catch (IOException e) {
                    log.println("after " + kept.size() + " files: " + e.getMessage());
                    break;
                }
            }
            LockSupport.parkNanos(SECOND_NANOS / 10);
        }
    }

    /** Keeps memory that is really touched, a piece each tenth of a second. */
    private static void leak(int megabytesPerSecond) {
        List<byte[]> kept = new ArrayList<>();
        while (!Thread.currentThread().isInterrupted()) {
            byte[] piece = new byte[megabytesPerSecond * MEGABYTE / 10];
            Arrays.fill(piece, (byte) kept.size());
            kept.add(piece);
            LockSupport.parkNanos(SECOND_NANOS / 10);
        }
    }
}

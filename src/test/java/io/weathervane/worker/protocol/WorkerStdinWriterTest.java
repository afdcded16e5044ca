package io.weathervane.worker.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.testing.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The way to a worker's stdin, with real processes at its end. */
@Timeout(60)
final class WorkerStdinWriterTest {
    private static final int QUEUE_MAX = 50;
    private static final int THREADS = 8;
    private static final int MESSAGES = 500;

    private final List<Process> processes = new ArrayList<>();
    private final AtomicInteger notSent = new AtomicInteger();
    private final CountDownLatch broken = new CountDownLatch(1);

    @AfterEach
    void endProcesses() throws InterruptedException {
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void refusesMessagesInsteadOfWaitingForAWorkerThatDoesNotRead() throws IOException {
        WorkerStdinWriter stdin = inputOf(start("sleep", "60"));
        byte[] kilobyte = "x".repeat(1024).getBytes(StandardCharsets.UTF_8);

        int taken = 0;
        while (stdin.offer(kilobyte, null)) {
            taken++;
        }

        // What the pipe holds, what waits, and the one that is being written.
        assertThat(taken).isBetween(QUEUE_MAX, QUEUE_MAX + 1024 * 1024 / 1024);
    }

    @Test
    void tellsACallThatIsStillWaitingThatTheWorkerDoesNotHaveIt() throws IOException {
        WorkerStdinWriter stdin = inputOf(start("sleep", "60"));
        byte[] kilobyte = "x".repeat(1024).getBytes(StandardCharsets.UTF_8);

        // The writer makes room in the queue until the pipe is full: one of them is refused then.
        PendingCall call;
        do {
            call = new PendingCall(1, "tools/call", Optional.empty());
        } while (stdin.offer(kilobyte, call));

        assertThat(notSent).hasValue(0);
        assertThat(call.withdraw()).isTrue();
    }

    @Test
    void writesEveryMessageOnceAndEachThreadsInItsOrder() throws Exception {
        Process echo = start("cat");
        WorkerStdinWriter stdin = inputOf(echo);
        CountDownLatch go = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int number = 0; number < THREADS; number++) {
            int name = number;
            threads.add(new Thread(() -> offerAll(stdin, name, go)));
        }
        threads.forEach(Thread::start);
        go.countDown();

        Map<String, Integer> last = new HashMap<>();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(echo.getInputStream(), StandardCharsets.UTF_8))) {
            for (int i = 0; i < THREADS * MESSAGES; i++) {
                String[] words = String.valueOf(lines.readLine()).split(" ", -1);
                int number = Integer.parseInt(words[1]);
                assertThat(number).isEqualTo(last.getOrDefault(words[0], -1) + 1);
                last.put(words[0], number);
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(stdin.close()).isTrue();
            assertThat(lines.readLine()).isNull();
        }
        assertThat(last).hasSize(THREADS);
    }

    /** Long enough that all of them are never sure to fit; one that finds the queue full offers again. */
    private static void offerAll(WorkerStdinWriter stdin, int name, CountDownLatch go) {
        try {
            go.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (int number = 0; number < MESSAGES; number++) {
            PendingCall call = new PendingCall(number, "tools/call", Optional.empty());
            byte[] line = (name + " " + number + " " + "y".repeat(number % 200)).getBytes(StandardCharsets.UTF_8);
            while (!stdin.offerAmongOthers(line, call)) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void saysThatTheWorkerReadsNoLongerAndThatTheCallWasNotSent() throws Exception {
        Process gone = start("true");
        gone.waitFor();
        WorkerStdinWriter stdin = inputOf(gone);

        assertThat(stdin.offer(new byte[] {'x'}, new PendingCall(1, "tools/call", Optional.empty())))
                .isTrue();

        assertThat(broken.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(notSent).hasValue(1);
    }

    @Test
    void anErrorInAWriteFailsTheWorkerAndNotOnlyItsThread() {
        OutputStream out = new OutputStream() {
            @Override
            public void write(int one) {
                throw new OutOfMemoryError("thrown by a test");
            }
        };
        WorkerStdinWriter stdin = WorkerStdinWriter.start(
                "test", out, QUEUE_MAX, call -> notSent.incrementAndGet(), () -> broken.countDown());
        PendingCall call = new PendingCall(1, "tools/call", Optional.empty());
        PendingCall next = new PendingCall(2, "tools/call", Optional.empty());

        // Too much for the pipe to be sure to take: the thread of ours writes it.
        stdin.offer(new byte[WorkerStdinWriter.SURE_BYTES], call);
        stdin.offer(new byte[WorkerStdinWriter.SURE_BYTES], next);

        Await.until("the worker is given up", () -> broken.getCount() == 0);
        Await.until("so are its calls", () -> notSent.get() == 2);
    }

    private Process start(String... command) throws IOException {
        Process process = new ProcessBuilder(command).start();
        processes.add(process);
        return process;
    }

    private WorkerStdinWriter inputOf(Process process) {
        return WorkerStdinWriter.start(
                "test",
                process.getOutputStream(),
                QUEUE_MAX,
                call -> notSent.incrementAndGet(),
                () -> broken.countDown());
    }
}

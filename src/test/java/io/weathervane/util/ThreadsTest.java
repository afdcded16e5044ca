package io.weathervane.util;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.testing.Await;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an error does to a thread that must not end. */
class ThreadsTest {
    private final AtomicInteger runs = new AtomicInteger();

    @AfterEach
    void forget() {
        RecentThreadFailures.forget();
    }

    @Test
    void aLoopBeginsAgainAfterAnErrorAndItIsTold() throws Exception {
        CountDownLatch goesOn = new CountDownLatch(1);
        Thread loop = Threads.loop("loop-of-the-test", () -> {
            if (runs.incrementAndGet() < 3) {
                throw new OutOfMemoryError("thrown by a test");
            }
            goesOn.countDown();
        });
        loop.start();

        assertThat(goesOn.await(20, TimeUnit.SECONDS)).isTrue();

        assertThat(notesOfTheTest())
                .singleElement()
                .asString()
                .contains("loop-of-the-test failed 2 times", "OutOfMemoryError: thrown by a test");
        loop.join();
    }

    @Test
    void whatFailsForOneOfManyIsDoneForTheOthers() {
        Threads.forEach("many-of-the-test", List.of(1, 2, 3, 4, 5, 6), 2, number -> {
            if (number == 3) {
                throw new IllegalStateException("thrown by a test");
            }
            runs.addAndGet(number);
        });

        assertThat(runs).hasValue(1 + 2 + 4 + 5 + 6);
        assertThat(notesOfTheTest()).singleElement().asString().contains("many-of-the-test");
    }

    @Test
    void aLoopThatReturnsEnds() throws Exception {
        Thread loop = Threads.loop("loop-of-the-test", runs::incrementAndGet);
        loop.start();
        loop.join();

        assertThat(runs).hasValue(1);
        assertThat(notesOfTheTest()).isEmpty();
    }

    @Test
    void whatCannotBeginAgainIsDoneWithout() throws Exception {
        AtomicReference<Throwable> without = new AtomicReference<>();
        Error thrown = new StackOverflowError();
        Thread once = Threads.once(
                "once-of-the-test",
                () -> {
                    throw thrown;
                },
                without::set);
        once.start();
        once.join();

        assertThat(without).hasValue(thrown);
        assertThat(notesOfTheTest()).hasSize(1);
    }

    @Test
    void aTimerGoesOnWithATaskThatThrows() {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(Threads.daemonFactory("timer"));
        try {
            var unused = timer.scheduleWithFixedDelay(
                    Threads.repeated("task-of-the-test", () -> {
                        runs.incrementAndGet();
                        throw new OutOfMemoryError("thrown by a test");
                    }),
                    0,
                    1,
                    TimeUnit.MILLISECONDS);
            Await.until("it is run again", () -> runs.get() > 2);
        } finally {
            timer.shutdownNow();
        }
        assertThat(notesOfTheTest()).singleElement().asString().contains("task-of-the-test");
    }

    /** Threads of other test classes in this JVM may have failed too. */
    private static List<String> notesOfTheTest() {
        return RecentThreadFailures.notes().stream()
                .filter(note -> note.contains("-of-the-test"))
                .toList();
    }

    /** On a JDK without virtual threads all are platform threads; there a pool of one would run the second by its submitter. */
    @Test
    void moreTasksThanPromptThreadsRunAllTheSame() throws Exception {
        ExecutorService tasks = Threads.newPromptPerTask("prompt", 1, 3);
        CountDownLatch running = new CountDownLatch(3);
        CountDownLatch released = new CountDownLatch(1);
        List<Thread> threads = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 3; i++) {
            tasks.execute(() -> {
                threads.add(Thread.currentThread());
                running.countDown();
                awaitUninterrupted(released);
            });
        }

        assertThat(running.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(threads).anyMatch(thread -> thread.getName().startsWith("prompt-"));
        assertThat(threads).doesNotHaveDuplicates().doesNotContain(Thread.currentThread());

        released.countDown();
        tasks.shutdown();
        assertThat(tasks.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}

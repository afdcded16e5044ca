package io.weathervane.util;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Threads for blocking code: virtual ones where the JDK has them, daemon platform threads elsewhere. */
public final class Threads {
    /** Looked up once: {@code Executors.newVirtualThreadPerTaskExecutor()}, JDK 21 and later. */
    private static final Optional<MethodHandle> VIRTUAL = lookUpVirtual();

    private static final long IDLE_SECONDS = 30;

    /** Before a loop that failed begins again. */
    private static final Backoff LOOP_PAUSES = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));

    private Threads() {}

    /**
     * An executor that runs each task on a thread of its own.
     *
     * @param name prefix of the threads' names on platform threads
     * @param platformLimit most threads on a JDK without virtual threads; a further task is run by its submitter
     */
    public static ExecutorService newPerTask(String name, int platformLimit) {
        return VIRTUAL.map(Threads::invoke).orElseGet(() -> platformPool(name, platformLimit));
    }

    /**
     * An executor as of {@link #newPerTask} for tasks that a client waits for: a few of them run on platform threads. The
     * kernel wakes one of those sooner than the scheduler of virtual threads wakes one of its own, which is the larger part
     * of a short call; many at once are cheaper on virtual threads.
     *
     * @param platformFew most platform threads beside virtual ones
     */
    public static ExecutorService newPromptPerTask(String name, int platformFew, int platformLimit) {
        return VIRTUAL.<ExecutorService>map(virtual -> new PlatformFirst(name, platformFew, invoke(virtual)))
                .orElseGet(() -> platformPool(name, platformLimit));
    }

    /** A daemon platform thread, not started, for a loop that lives as long as its owner. */
    public static Thread daemon(String name, Runnable body) {
        Thread thread = new Thread(body, name);
        thread.setDaemon(true);
        return thread;
    }

    /**
     * A daemon platform thread, not started, for a loop that must not end before its owner. When anything is thrown in
     * it, an error too, that is told by {@link RecentThreadFailures}, and the loop begins again after a pause.
     *
     * @param body returns when the owner has ended; may be run again
     */
    public static Thread loop(String name, Runnable body) {
        return daemon(name, () -> {
            int failures = 0;
            while (!completes(name, body, failure -> {})) {
                failures++;
                if (!slept(LOOP_PAUSES.after(failures))) {
                    return;
                }
            }
        });
    }

    /**
     * A daemon platform thread, not started, for what cannot be begun again.
     *
     * @param onFailure does without the thread, when anything was thrown in it; that is told by {@link RecentThreadFailures}
     */
    public static Thread once(String name, Runnable body, Consumer<Throwable> onFailure) {
        return daemon(name, () -> completes(name, body, onFailure));
    }

    /** The task of a timer, which forgets a task that throws. What it throws is told by {@link RecentThreadFailures}. */
    public static Runnable repeated(String name, Runnable task) {
        return () -> completes(name, task, failure -> {});
    }

    /** Runs the body; false when anything was thrown. */
    private static boolean completes(String name, Runnable body, Consumer<Throwable> onFailure) {
        try {
            body.run();
            return true;
        } catch (Throwable e) {
            RecentThreadFailures.note(name, e);
            cope(name, onFailure, e);
            return false;
        }
    }

    /** There may be no memory to cope with a lack of memory either. */
    private static void cope(String name, Consumer<Throwable> onFailure, Throwable failure) {
        try {
            onFailure.accept(failure);
        } catch (Throwable e) {
            RecentThreadFailures.note(name, e);
        }
    }

    private static boolean slept(Duration pause) {
        try {
            Thread.sleep(pause.toMillis());
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Runs the action for each of these, for several at a time, and waits for all. What an action throws is told by {@link
     * RecentThreadFailures}; with a single one it runs on this thread, and what it throws goes to the caller.
     *
     * @param atOnce most threads; at least one
     */
    public static <T> void forEach(String name, List<T> items, int atOnce, Consumer<T> action) {
        if (items.size() == 1) {
            action.accept(items.get(0));
            return;
        }
        Queue<T> left = new ConcurrentLinkedQueue<>(items);
        List<Thread> threads = IntStream.range(0, Math.min(atOnce, items.size()))
                .mapToObj(number -> daemon(name + "-" + number, () -> runAll(name, left, action)))
                .toList();
        threads.forEach(Thread::start);
        threads.forEach(Threads::join);
    }

    private static <T> void runAll(String name, Queue<T> left, Consumer<T> action) {
        Optional<T> next = Optional.ofNullable(left.poll());
        while (next.isPresent()) {
            T item = next.get();
            boolean unused = completes(name, () -> action.accept(item), failure -> {});
            next = Optional.ofNullable(left.poll());
        }
    }

    /** Waits for the thread's end, or until this thread is interrupted. */
    public static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits at most so long for the thread's end, or until this thread is interrupted. */
    public static void join(Thread thread, Duration limit) {
        try {
            thread.join(Math.max(1, limit.toMillis()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public static ThreadFactory daemonFactory(String name) {
        AtomicLong number = new AtomicLong();
        return body -> daemon(name + "-" + number.incrementAndGet(), body);
    }

    private static ExecutorService platformPool(String name, int limit) {
        return new ThreadPoolExecutor(
                0,
                limit,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                daemonFactory(name),
                new ThreadPoolExecutor.CallerRunsPolicy());
    }

    /** A pool of a few platform threads, beside an executor for the tasks that find them busy. */
    private static final class PlatformFirst extends ThreadPoolExecutor {
        private final ExecutorService others;

        PlatformFirst(String name, int few, ExecutorService others) {
            super(
                    0,
                    few,
                    IDLE_SECONDS,
                    TimeUnit.SECONDS,
                    new SynchronousQueue<>(),
                    daemonFactory(name),
                    (task, pool) -> others.execute(task));
            this.others = others;
        }

        @Override
        public void shutdown() {
            super.shutdown();
            others.shutdown();
        }
    }

    private static Optional<MethodHandle> lookUpVirtual() {
        try {
            return Optional.of(MethodHandles.publicLookup()
                    .findStatic(
                            Executors.class,
                            "newVirtualThreadPerTaskExecutor",
                            MethodType.methodType(ExecutorService.class)));
        } catch (NoSuchMethodException | IllegalAccessException e) {
            return Optional.empty();
        }
    }

    private static ExecutorService invoke(MethodHandle factory) {
        try {
            return (ExecutorService) factory.invoke();
        } catch (Throwable e) {
            throw new IllegalStateException("virtual threads were found but cannot be made", e);
        }
    }
}

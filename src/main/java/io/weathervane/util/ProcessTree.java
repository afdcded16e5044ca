package io.weathervane.util;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A child process and all that it started, directly or not, to be ended together. Where {@code /proc} is, what has
 * gone away from its parents belongs to it too, by its {@link ChildProcessMarker}. A signal goes by {@link ProcessHandle}, which
 * never reaches a process that got the same number later.
 */
public final class ProcessTree {
    /** Between two looks at what is not our own child. */
    private static final Duration LOOK = Duration.ofMillis(10);

    /** A process may start another while it is being killed, but not for ever. */
    private static final int KILL_ROUNDS_MAX = 20;

    private final Process process;
    private final String mark;
    private final Ticker ticker;
    private final Set<ProcessHandle> seen = new LinkedHashSet<>();

    /** @param mark what the process has as its {@link ChildProcessMarker#VARIABLE} */
    public ProcessTree(Process process, String mark, Ticker ticker) {
        this.process = process;
        this.mark = mark;
        this.ticker = ticker;
    }

    /** Processes of the tree that run now, and those that were seen before: a parent's end hides its children. */
    public synchronized List<ProcessHandle> running() {
        ProcessSnapshot now = ProcessSnapshot.now();
        seen.add(process.toHandle());
        seen.addAll(now.marked(mark));
        for (ProcessHandle one : seenRunning()) {
            seen.addAll(now.descendants(one));
        }
        return seenRunning();
    }

    /** Those that were seen and still run; asked before each look at descendants, as a number may be another's by now. */
    private synchronized List<ProcessHandle> seenRunning() {
        seen.removeIf(one -> !ProcFileSystem.isRunning(one));
        return List.copyOf(seen);
    }

    /** Asks all of it to end. */
    public void terminate() {
        running().forEach(ProcessHandle::destroy);
    }

    /** Ends all of it at once; returns how many processes there were. */
    public int kill() {
        int killed = 0;
        for (int round = 0; round < KILL_ROUNDS_MAX; round++) {
            List<ProcessHandle> running = running();
            if (running.isEmpty()) {
                break;
            }
            killed = Math.max(killed, running.size());
            running.forEach(ProcessHandle::destroyForcibly);
            sleepUninterruptibly(LOOK);
        }
        return killed;
    }

    /** Waits at most so long until nothing of it runs; true when nothing does. */
    public boolean awaitEnd(Duration limit) throws InterruptedException {
        Stopwatch time = new Stopwatch(ticker, limit);
        if (!process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)) {
            return false;
        }
        while (!seenRunning().isEmpty() || !running().isEmpty()) {
            if (time.passed()) {
                return false;
            }
            TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
        }
        return true;
    }

    private static void sleepUninterruptibly(Duration pause) {
        try {
            TimeUnit.NANOSECONDS.sleep(pause.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

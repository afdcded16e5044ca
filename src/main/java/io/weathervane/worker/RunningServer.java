package io.weathervane.worker;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Server that answers for a worker: a child process, or the connection to a server that runs elsewhere. */
public interface RunningServer {
    /** The process's number; empty when it is no process of this machine. */
    OptionalLong pid();

    /** Tells this one from all others of the same release: the process's number, or a negative one. */
    long instance();

    /** Whether it may answer. A server elsewhere may until it is stopped: that it has ended is not to be seen. */
    boolean alive();

    /** Whether nothing of it runs on this machine any longer. */
    boolean allEnded();

    /** Runs the action when it has ended; at once when it has already. */
    void onExit(Runnable action);

    /** Waits for the end at most so long; true when it has ended. */
    boolean awaitExit(Duration limit) throws InterruptedException;

    Optional<Integer> exitCode();

    /** Usage of the process; empty when unknown. */
    Optional<ProcessUsage> usage();

    /** Why a part of it that calls do not go to now is not well; empty when all is, and for a process. */
    default Optional<String> problem(Duration limit) {
        return Optional.empty();
    }

    /**
     * Why it serves no calls though it runs, as the end of a sentence that begins with its name: it could not be reached when
     * it was last tried, or refuses what it is asked. Empty when it does, and for a process.
     */
    default Optional<String> notServing() {
        return Optional.empty();
    }

    /** The last lines it wrote to stderr. */
    List<String> lastStderrLines();

    /** The same at its end, with what it said last. */
    List<String> lastStderr() throws InterruptedException;

    /**
     * Ends it: politely first.
     *
     * @param patience how long it may take at each step
     */
    void stop(Duration patience);

    /** Ends it at once. */
    void kill();
}

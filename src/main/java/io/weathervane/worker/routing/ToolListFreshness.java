package io.weathervane.worker.routing;

import io.weathervane.util.Stopwatch;
import io.weathervane.util.Ticker;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Age of our copy of a worker's tools, by which it is decided to ask the worker again. Not every worker says when its
 * tools change; one that does may forget to. One question is open at a time, in the background; a client waits for its
 * answer for a moment, and then has to do with the copy.
 */
final class ToolListFreshness {
    /** How old the copy may be of a worker that does not say when its tools change. */
    static final Duration SILENT_MAX = Duration.ofSeconds(1);

    /** How old it may be of one that declares that it says so: not every one that does keeps its word. */
    static final Duration TOLD_MAX = Duration.ofSeconds(2);

    /** How old it may be when it is empty or could not be had: the worker may not have been ready. */
    static final Duration EMPTY_MAX = Duration.ofMillis(100);

    /** How long a client waits for the answer before the copy has to do. */
    static final Duration PATIENCE = Duration.ofSeconds(2);

    /** The same when the last answer took longer than that. */
    static final Duration PATIENCE_WITH_SLOW = Duration.ofMillis(100);

    /** Questions for names that are not in the copy: so many at once, and then one each so often. */
    static final int LOOKS_MAX = 10;

    static final Duration LOOK_EVERY = Duration.ofMillis(500);

    /** A name that was looked for is not looked for again so soon: one request asks for it some times. */
    private static final Duration SAME_NAME = Duration.ofMillis(100);

    private final Ticker ticker;
    private final Executor background;
    private volatile Stopwatch age;
    private volatile boolean slow;
    private @Nullable Question open;
    private int looks = LOOKS_MAX;
    private Stopwatch looked;
    private String lookedFor = "";

    private record Question(Stopwatch taken, CompletableFuture<Void> over) {}

    /** @param background asks, which may take its time */
    ToolListFreshness(Ticker ticker, Executor background) {
        this.background = background;
        this.ticker = ticker;
        this.age = new Stopwatch(ticker);
        this.looked = new Stopwatch(ticker);
    }

    /** The copy was made now, by whom it is not asked here. */
    void copied() {
        age = new Stopwatch(ticker);
    }

    boolean isOlderThan(Duration most) {
        return age.elapsedNanos() > most.toNanos();
    }

    /**
     * Has it asked unless the copy is fresh or a question is open, and waits a moment for the answer. A question that fails
     * counts, too, so that it is not repeated at once.
     *
     * @param patience how long; shorter when the worker is known to be slow
     * @return whether the copy is as fresh as it can be
     */
    boolean ask(Duration most, Duration patience, Runnable question) {
        Question current;
        synchronized (this) {
            if (open == null && !isOlderThan(most)) {
                return true;
            }
            current = open;
        }
        return await(current == null ? begin(question) : current, patience);
    }

    private Question begin(Runnable question) {
        Question begun = new Question(new Stopwatch(ticker), new CompletableFuture<>());
        synchronized (this) {
            if (open != null) {
                return open;
            }
            open = begun;
        }
        try {
            background.execute(() -> {
                try {
                    question.run();
                } finally {
                    end(begun);
                }
            });
        } catch (RuntimeException | Error e) {
            end(begun);
            throw e;
        }
        return begun;
    }

    private void end(Question ended) {
        synchronized (this) {
            age = new Stopwatch(ticker);
            slow = ended.taken.elapsedNanos() > PATIENCE.toNanos();
            open = null;
        }
        ended.over.complete(null);
    }

    private boolean await(Question question, Duration patience) {
        long limit = (slow ? PATIENCE_WITH_SLOW : patience).toNanos();
        try {
            question.over.get(Math.max(0, limit - question.taken.elapsedNanos()), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new AssertionError("it is only ever completed with a value", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Whether the worker may be asked for this name; unknown names must not flood it. */
    synchronized boolean mayLookFor(String name) {
        if (name.equals(lookedFor) && !looked.hasRunFor(SAME_NAME)) {
            return false;
        }
        long more = looked.elapsedNanos() / LOOK_EVERY.toNanos();
        looks = (int) Math.min(LOOKS_MAX, looks + more);
        if (looks == 0) {
            return false;
        }
        looks--;
        looked = new Stopwatch(ticker);
        lookedFor = name;
        return true;
    }
}

package io.weathervane.worker.remote;

import io.weathervane.util.Stopwatch;
import io.weathervane.util.Ticker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Streams whose calls are answered, which may end by themselves for a while, so that their connections are kept. One timer
 * serves all of them: nearly every stream ends at once, and a timer for each would cost its call more than that saves.
 */
final class LingeringStreams {
    /** So long a stream may stay open: 2 s. */
    private static final Duration LINGER = Duration.ofSeconds(2);

    /** Most that stay open, as many as a worker may have calls; of more, the oldest is ended. */
    private static final int STREAMS_MAX = 1024;

    private final Ticker ticker;
    private final BiConsumer<Duration, Runnable> later;
    private final Deque<Lingering> open = new ArrayDeque<>();
    private boolean timed;

    private record Lingering(RemoteHttp.Sent stream, Stopwatch limit) {
        boolean isOver() {
            return stream.isDone() || limit.passed();
        }
    }

    /** @param later runs a task after a pause */
    LingeringStreams(Ticker ticker, BiConsumer<Duration, Runnable> later) {
        this.ticker = ticker;
        this.later = later;
    }

    /** Lets this stream end by itself, and ends it when it does not. */
    void add(RemoteHttp.Sent stream) {
        List<Lingering> over;
        synchronized (this) {
            over = takeOver(STREAMS_MAX - 1);
            open.add(new Lingering(stream, new Stopwatch(ticker, LINGER)));
            if (!timed) {
                timed = true;
                later.accept(LINGER, this::endOverdue);
            }
        }
        end(over);
    }

    private void endOverdue() {
        List<Lingering> over;
        synchronized (this) {
            over = takeOver(STREAMS_MAX);
            Lingering next = open.peek();
            timed = next != null;
            if (next != null) {
                later.accept(next.limit().left(), this::endOverdue);
            }
        }
        end(over);
    }

    /** Takes out the oldest that are over, and as many more as leave no more than this. */
    private List<Lingering> takeOver(int left) {
        List<Lingering> over = new ArrayList<>();
        for (Lingering next = open.peek(); next != null && (next.isOver() || open.size() > left); next = open.peek()) {
            over.add(open.remove());
        }
        return over;
    }

    /** Ending what has ended by itself does nothing. */
    private static void end(List<Lingering> over) {
        over.forEach(one -> one.stream().cancel());
    }
}

package io.weathervane.store;

import io.weathervane.util.Stopwatch;
import io.weathervane.util.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Trouble with the database: why it cannot be written, and for how long that has been so. */
final class WriteTrouble {
    private final Ticker ticker;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile Optional<String> reason = Optional.empty();
    private volatile Stopwatch time;

    WriteTrouble(Ticker ticker) {
        this.ticker = ticker;
        this.time = new Stopwatch(ticker);
    }

    /** Has the listener told, at once, when writes begin to fail; it should only wake another thread. */
    void onBegin(Runnable listener) {
        listeners.add(listener);
    }

    /** A write failed. */
    void failed(String why) {
        boolean first = !isPresent();
        reason = Optional.of(why);
        if (first) {
            time = new Stopwatch(ticker);
            listeners.forEach(Runnable::run);
        }
    }

    /** A write succeeded. */
    void over() {
        reason = Optional.empty();
    }

    boolean isPresent() {
        return reason.isPresent();
    }

    /** Why the last write failed; empty when it did not. */
    Optional<String> reason() {
        return reason;
    }

    boolean hasLasted(Duration limit) {
        return isPresent() && time.hasRunFor(limit);
    }
}

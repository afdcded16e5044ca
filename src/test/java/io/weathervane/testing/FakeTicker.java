package io.weathervane.testing;

import io.weathervane.util.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Elapsed time that passes when it is told to; the wall clock has no part in it. */
public final class FakeTicker implements Ticker {
    /** Not 0, and about to overflow: only differences mean anything. */
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000_000);

    public void advance(Duration by) {
        nanos.addAndGet(by.toNanos());
    }

    @Override
    public long nanos() {
        return nanos.get();
    }
}

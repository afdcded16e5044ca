package io.weathervane.util;

/** Elapsed time in nanoseconds; only differences between two readings mean anything. */
@FunctionalInterface
public interface Ticker {
    long nanos();

    static Ticker system() {
        return System::nanoTime;
    }
}

package io.weathervane.bench;

import java.time.Duration;

/**
 * How much is measured.
 *
 * @param readForks JVMs for the flag read, one after the other
 * @param readIterations measured iterations in each
 * @param readSeconds length of an iteration
 * @param commits engagements of the kill switch, and bare commits beside them
 * @param writes flag writes past the server, by each kind of writer
 * @param switches promotions, and rollbacks after them
 * @param starts measured starts of each server
 * @param warmUp load on each server before its first window
 * @param rounds windows of each kind of load
 * @param window length of one
 * @param longCalls calls in a row, while memory is watched
 */
record Pace(
        int readForks,
        int readIterations,
        Duration readSeconds,
        int commits,
        int writes,
        int switches,
        int starts,
        Duration warmUp,
        int rounds,
        Duration window,
        long longCalls) {
    /** Calls before the memory of a server is looked at. */
    static final int MEMORY_CALLS = 10_000;

    /** About twelve minutes. */
    static Pace full() {
        return new Pace(
                2,
                5,
                Duration.ofSeconds(1),
                400,
                500,
                20,
                6,
                Duration.ofSeconds(20),
                3,
                Duration.ofMillis(2500),
                10_000_000);
    }

    /** Three minutes: whether it works and the order of magnitude, no more. */
    static Pace quick() {
        return new Pace(
                1, 3, Duration.ofMillis(500), 60, 60, 4, 1, Duration.ofSeconds(3), 1, Duration.ofMillis(800), 200_000);
    }
}

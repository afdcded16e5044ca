package io.weathervane.app;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Turns in which many services start: some at the same time, since a hundred at once leave none of them, nor the server, the
 * processor time to be up soon. One that hangs keeps its place only as long as a turn lasts.
 */
final class StartTurns {
    private final Semaphore places;
    private final int atOnce;
    private final Duration turn;

    /**
     * Turns of this length.
     *
     * @param atOnce services of one turn
     * @param turn how long a service waits for each turn up to its own, at most
     */
    StartTurns(int atOnce, Duration turn) {
        this.places = new Semaphore(atOnce, /* fair= */ true);
        this.atOnce = atOnce;
        this.turn = turn;
    }

    /** Runs the start of the service at this place of the configuration, once there is room or its wait is over. */
    void run(int index, Runnable start) {
        boolean hasPlace = false;
        try {
            hasPlace = places.tryAcquire(turn.multipliedBy(index / atOnce + 1).toNanos(), TimeUnit.NANOSECONDS);
            start.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (hasPlace) {
                places.release();
            }
        }
    }

    /** Lets so many start at once, which wait no longer. */
    void open(int services) {
        places.release(services);
    }
}

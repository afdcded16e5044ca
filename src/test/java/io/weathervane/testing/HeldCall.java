package io.weathervane.testing;

import io.weathervane.tool.CallChannel;
import io.weathervane.tool.ToolFailureException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Calls of a tool that wait until the test releases one or its caller cancels it; 30 s at most. */
public final class HeldCall {
    private static final int LOOKS_MAX = 30_000;

    /** Has a permit for each call that has begun to wait. */
    public final Semaphore waiting = new Semaphore(0);

    /** Has a permit for each call that ended because it was cancelled. */
    public final Semaphore stopped = new Semaphore(0);

    /** Lets a waiting call end for each permit. */
    public final Semaphore release = new Semaphore(0);

    /** Waits; throws what a tool throws when the call is cancelled. */
    public void await(CallChannel channel) {
        CountDownLatch cancelled = new CountDownLatch(1);
        channel.onCancel(cancelled::countDown);
        channel.progress(1, 2, "waiting");
        waiting.release();
        try {
            for (int looks = 0; looks < LOOKS_MAX; looks++) {
                if (cancelled.await(1, TimeUnit.MILLISECONDS)) {
                    stopped.release();
                    throw new ToolFailureException("stopped");
                }
                if (release.tryAcquire()) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new ToolFailureException("this call was not released");
    }
}

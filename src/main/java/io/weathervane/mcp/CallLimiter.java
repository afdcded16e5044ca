package io.weathervane.mcp;

import io.weathervane.tool.ToolFailureException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Lets so many calls run at a time and no more, and none for longer than the limit. */
final class CallLimiter implements AutoCloseable {
    /** Places beside all others for calls that make the system safer. */
    private static final int RESERVED = 8;

    private final CallLimits limits;
    private final Semaphore permits;
    private final Semaphore reserve = new Semaphore(RESERVED);
    private final Set<RunningCall> inReserve = ConcurrentHashMap.newKeySet();
    private final RunningCallExpiry expiry;

    /** @param onExpired ends the call; runs on a thread of its own */
    CallLimiter(CallLimits limits, Consumer<RunningCall> onExpired) {
        this.limits = limits;
        this.permits = new Semaphore(limits.concurrent());
        this.expiry = new RunningCallExpiry(limits.run(), onExpired);
    }

    /**
     * Lets the call run.
     *
     * @param urgent whether it may have one of the places that are kept for what makes the system safer
     * @throws ToolFailureException when the server is busy for longer than a call waits
     */
    void enter(RunningCall call, boolean urgent) {
        if (permits.tryAcquire()) {
            expiry.begin(call);
            return;
        }
        if (urgent && reserve.tryAcquire()) {
            inReserve.add(call);
        } else if (!waited()) {
            throw new ToolFailureException("The server is busy: " + limits.concurrent()
                    + " calls are running. Nothing was done; try again in a moment.");
        }
        expiry.begin(call);
    }

    void leave(RunningCall call) {
        expiry.end(call);
        (inReserve.remove(call) ? reserve : permits).release();
    }

    /** Ends running calls, see {@link RunningCallExpiry#end}. */
    int end(Predicate<RunningCall> which, Consumer<RunningCall> ending) {
        return expiry.end(which, ending);
    }

    private boolean waited() {
        try {
            return permits.tryAcquire(limits.turn().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        expiry.close();
    }
}

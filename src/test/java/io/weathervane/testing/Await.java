package io.weathervane.testing;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for a condition, never for a time. */
public final class Await {
    private static final Duration STEP = Duration.ofMillis(5);

    /** Only a test that fails waits so long: a busy machine must not be the reason. */
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private Await() {}

    /** Returns as soon as the condition holds; fails, saying what was awaited, when it does not in time. */
    public static void until(String what, Duration limit, Callable<Boolean> condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!holds(condition)) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("waited " + limit + " in vain: " + what);
            }
            LockSupport.parkNanos(STEP.toNanos());
        }
    }

    public static void until(String what, Callable<Boolean> condition) {
        until(what, LIMIT, condition);
    }

    private static boolean holds(Callable<Boolean> condition) {
        try {
            return condition.call();
        } catch (Exception e) {
            throw new AssertionError("the awaited condition threw", e);
        }
    }
}

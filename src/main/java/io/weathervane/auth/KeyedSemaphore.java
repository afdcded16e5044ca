package io.weathervane.auth;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** A semaphore with a number of permits for each key. Only keys with permits in use take memory. */
public final class KeyedSemaphore {
    private final int each;
    private final ConcurrentMap<String, Integer> taken = new ConcurrentHashMap<>();

    public KeyedSemaphore(int each) {
        this.each = each;
    }

    /** Whether there was one free; it is to be given back. */
    public boolean take(String name) {
        boolean[] free = {false};
        taken.compute(name, (ignored, now) -> {
            int before = now == null ? 0 : now;
            free[0] = before < each;
            return free[0] ? Integer.valueOf(before + 1) : now;
        });
        return free[0];
    }

    public void giveBack(String name) {
        taken.computeIfPresent(name, (ignored, now) -> now == 1 ? null : Integer.valueOf(now - 1));
    }
}

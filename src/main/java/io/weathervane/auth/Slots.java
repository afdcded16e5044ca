package io.weathervane.auth;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** So many at a time for each name. Only names that have something running take room. */
public final class Slots {
    private final int each;
    private final ConcurrentMap<String, Integer> taken = new ConcurrentHashMap<>();

    public Slots(int each) {
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

package io.weathervane.util;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Remembers for a time which keys were used, so that none is used twice in it: the protection against a message that is
 * sent again. All are kept for the same time, so the oldest is the first to be forgotten. With the most keys it takes no
 * new one, because forgetting an old one early would let that be used again.
 */
public final class SingleUseKeys {
    private final Duration kept;
    private final int keysMax;
    private final Ticker ticker;

    /** Key to the time since it was used, oldest first. */
    private final Map<String, Stopwatch> used = new LinkedHashMap<>();

    /** Outcome of using a key. */
    public enum Result {
        FRESH,
        SEEN,
        /** There is no room for another key. */
        FULL
    }

    public SingleUseKeys(Duration kept, int keysMax, Ticker ticker) {
        this.kept = kept;
        this.keysMax = keysMax;
        this.ticker = ticker;
    }

    /** Uses a key, when it was not used lately. */
    public synchronized Result use(String key) {
        forgetOld();
        if (used.containsKey(key)) {
            return Result.SEEN;
        }
        if (used.size() >= keysMax) {
            return Result.FULL;
        }
        used.put(key, new Stopwatch(ticker));
        return Result.FRESH;
    }

    /** Takes back {@link #use}. */
    public synchronized void takeBack(String key) {
        used.remove(key);
    }

    private void forgetOld() {
        Iterator<Stopwatch> oldest = used.values().iterator();
        while (oldest.hasNext() && oldest.next().elapsed().compareTo(kept) > 0) {
            oldest.remove();
        }
    }
}

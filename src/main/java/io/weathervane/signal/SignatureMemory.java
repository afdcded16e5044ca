package io.weathervane.signal;

import io.weathervane.util.HmacSignature;
import io.weathervane.util.Ticker;
import java.util.LinkedHashMap;
import java.util.Map;

/** The signatures that were accepted within their window, so that a request that was listened to is not sent again. */
final class SignatureMemory {
    /** Most that are remembered; with more in one window further ones are refused. */
    static final int SIGNATURES_MAX = 10_000;

    private final Ticker ticker;
    private final Map<String, Long> accepted = new LinkedHashMap<>();

    /** What comes of showing a signature. */
    enum Result {
        FRESH,
        SEEN,
        FULL
    }

    SignatureMemory(Ticker ticker) {
        this.ticker = ticker;
    }

    /** Remembers it. One is good from a window before to a window after its time, so it is kept for both. */
    synchronized Result show(String signature) {
        long now = ticker.nanos();
        long kept = HmacSignature.WINDOW.multipliedBy(2).toNanos();
        accepted.values().removeIf(at -> now - at > kept);
        if (accepted.containsKey(signature)) {
            return Result.SEEN;
        }
        if (accepted.size() >= SIGNATURES_MAX) {
            return Result.FULL;
        }
        accepted.put(signature, now);
        return Result.FRESH;
    }
}

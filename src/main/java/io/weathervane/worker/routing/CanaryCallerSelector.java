package io.weathervane.worker.routing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Selects the callers that a canary gets. Each has a fixed place between 0 and 100 %, found by hashing the caller with
 * the canary's label: the same in every process, kept when the weight grows, and another with each release, so that it
 * is not always the same callers who get the new version first.
 */
final class CanaryCallerSelector {
    /** A caller's place is a hundredth of a percent. */
    private static final int PLACES = 10_000;

    private static final int PLACES_PER_PERCENT = PLACES / 100;

    private CanaryCallerSelector() {}

    /** Whether the caller is among so many percent; one without a key is among all only. */
    static boolean includes(int percent, String canaryLabel, String callerKey) {
        if (percent <= 0 || callerKey.isEmpty()) {
            return percent >= 100;
        }
        return place(canaryLabel, callerKey) < percent * PLACES_PER_PERCENT;
    }

    private static int place(String canaryLabel, String callerKey) {
        byte[] hash = sha256().digest((canaryLabel + '\n' + callerKey).getBytes(StandardCharsets.UTF_8));
        return (int) (Integer.toUnsignedLong(ByteBuffer.wrap(hash).getInt()) % PLACES);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}

package io.weathervane.worker;

import java.util.Collection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides which client a worker request belongs to when it names no call. If exactly one client has calls in flight on
 * the worker, it is that client's newest call; with several clients it is none, because one client must not see the
 * question of another.
 *
 * @param call the call to bring it to
 * @param reason why there is none, for the worker; empty when there is one
 */
record CallAttribution(Optional<PendingCall> call, String reason) {
    private static final CallAttribution NOBODY = new CallAttribution(
            Optional.empty(), "no call of a client that could be asked is in flight on this worker");

    private static final CallAttribution AMBIGUOUS = new CallAttribution(
            Optional.empty(),
            "calls of several clients are in flight on this worker, and nothing says whose client is meant; ask again"
                    + " when one is alone");

    /** @param newestFirst the calls that wait for the worker */
    static CallAttribution among(Collection<PendingCall> newestFirst) {
        @Nullable PendingCall found = null;
        for (PendingCall call : newestFirst) {
            if (call.audience().isEmpty()) {
                continue;
            }
            if (found == null) {
                found = call;
            } else if (!call.audience().equals(found.audience())) {
                return AMBIGUOUS;
            } else if (found.asks() && !call.asks()) {
                found = call;
            }
        }
        return found == null ? NOBODY : new CallAttribution(Optional.of(found), "");
    }
}

package io.weathervane.worker;

import java.util.Collection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whom a worker means that asks or says something without naming a call: standard input and output do not tell. It is
 * the one client that has calls in flight there, in its newest call; when several have, it is none, as the question of
 * one client may not come before the eyes of another.
 *
 * @param call the call to bring it to
 * @param reason why there is none, for the worker; empty when there is one
 */
record Addressee(Optional<PendingCall> call, String reason) {
    private static final Addressee NOBODY =
            new Addressee(Optional.empty(), "no call of a client that could be asked is in flight on this worker");

    private static final Addressee AMBIGUOUS = new Addressee(
            Optional.empty(),
            "calls of several clients are in flight on this worker, and nothing says whose client is meant; ask again"
                    + " when one is alone");

    /** @param newestFirst the calls that wait for the worker */
    static Addressee among(Collection<PendingCall> newestFirst) {
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
        return found == null ? NOBODY : new Addressee(Optional.of(found), "");
    }
}

package io.weathervane.worker.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Decides which client a worker request belongs to when it names no call. If exactly one client has calls in flight on
 * the worker, it is that client; with several clients it is none, because one client must not see the question of
 * another.
 *
 * @param calls the client's calls in the order in which they are fit to carry it: those that ask nothing yet first,
 *     then the newest
 * @param reason why there is none, for the worker; empty when there is one
 */
record CallAttribution(List<PendingCall> calls, String reason) {
    private static final CallAttribution NONE =
            new CallAttribution(List.of(), "no call of a client that could be asked is in flight on this worker");

    private static final CallAttribution AMBIGUOUS = new CallAttribution(
            List.of(),
            "calls of several clients are in flight on this worker, and nothing says whose client is meant; ask again"
                    + " when one is alone");

    /** @param newestFirst the calls that wait for the worker */
    static CallAttribution among(Stream<PendingCall> newestFirst) {
        List<PendingCall> free = new ArrayList<>(2);
        List<PendingCall> asking = new ArrayList<>(2);
        Optional<Object> audience = Optional.empty();
        for (PendingCall call : (Iterable<PendingCall>) newestFirst::iterator) {
            if (call.audience().isPresent()) {
                if (audience.isPresent() && !audience.equals(call.audience())) {
                    return AMBIGUOUS;
                }
                audience = call.audience();
                (call.asks() ? asking : free).add(call);
            }
        }
        free.addAll(asking);
        return free.isEmpty() ? NONE : new CallAttribution(free, "");
    }

    Optional<PendingCall> call() {
        return calls.stream().findFirst();
    }
}

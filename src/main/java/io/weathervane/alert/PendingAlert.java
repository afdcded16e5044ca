package io.weathervane.alert;

import java.time.Instant;
import java.util.Comparator;

/**
 * An alert that one sink has not got yet.
 *
 * @param seq of the audit event; 0 for one that is not in the audit yet
 * @param id by which the receiver knows a repeated one
 * @param at when it was raised
 * @param tries so far, all of them failed
 */
record PendingAlert(long seq, String id, Instant at, boolean critical, String body, int tries) {
    /** What cannot wait goes first, the newest of it; the rest in order. */
    static final Comparator<PendingAlert> BY_URGENCY = (one, other) -> {
        if (one.critical() != other.critical()) {
            return one.critical() ? -1 : 1;
        }
        return one.critical() ? other.at().compareTo(one.at()) : one.at().compareTo(other.at());
    };

    /** Whether it is sent past the outbox, because the audit does not have it yet. */
    boolean direct() {
        return seq == 0;
    }

    PendingAlert triedSoOften(int times) {
        return new PendingAlert(seq, id, at, critical, body, times);
    }
}

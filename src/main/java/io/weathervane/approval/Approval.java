package io.weathervane.approval;

import io.weathervane.audit.Actor;
import java.time.Instant;
import java.util.Optional;

/**
 * What became of a request at one moment.
 *
 * @param id such as {@code a-3f9c21d4}
 * @param expiresAt until when it can be granted, and once granted, used
 * @param decidedBy who granted or refused it
 * @param note what they said to it
 */
public record Approval(
        String id,
        ApprovalRequest request,
        ApprovalState state,
        Instant requestedAt,
        Instant expiresAt,
        Optional<Actor> decidedBy,
        Optional<Instant> decidedAt,
        Optional<String> note) {
    static Approval asked(String id, ApprovalRequest request, Instant now, Instant expiresAt) {
        return new Approval(
                id,
                request,
                ApprovalState.PENDING,
                now,
                expiresAt,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    Approval granted(Actor by, Instant now, Instant until, Optional<String> note) {
        return new Approval(
                id, request, ApprovalState.GRANTED, requestedAt, until, Optional.of(by), Optional.of(now), note);
    }

    Approval refused(Actor by, Instant now, Optional<String> note) {
        return new Approval(
                id, request, ApprovalState.REFUSED, requestedAt, expiresAt, Optional.of(by), Optional.of(now), note);
    }

    Approval expired() {
        return new Approval(id, request, ApprovalState.EXPIRED, requestedAt, expiresAt, decidedBy, decidedAt, note);
    }

    Approval used() {
        return new Approval(id, request, ApprovalState.USED, requestedAt, expiresAt, decidedBy, decidedAt, note);
    }

    /** Whether it is this requester's approval of the very same thing. */
    boolean isFor(ApprovalRequest wanted) {
        return request.requester().name().equals(wanted.requester().name())
                && request.digest().equals(wanted.digest());
    }

    /** Whether it can still be granted by an approver or used by its requester. */
    public boolean open() {
        return state == ApprovalState.PENDING || state == ApprovalState.GRANTED;
    }
}

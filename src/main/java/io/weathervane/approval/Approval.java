package io.weathervane.approval;

import io.weathervane.audit.Actor;
import java.time.Instant;
import java.util.Optional;

/**
 * State of a request for approval at one moment.
 *
 * @param id such as {@code a-3f9c21d4}
 * @param expiresAt until when it can be granted, and once granted, used
 */
public record Approval(
        String id,
        ApprovalRequest request,
        ApprovalState state,
        Instant requestedAt,
        Instant expiresAt,
        Optional<Decision> decision) {
    /**
     * Decision on a request, and the person who made it.
     *
     * @param note what they said to it
     */
    public record Decision(Actor by, Instant at, Optional<String> note) {}

    static Approval asked(String id, ApprovalRequest request, Instant now, Instant expiresAt) {
        return new Approval(id, request, ApprovalState.PENDING, now, expiresAt, Optional.empty());
    }

    Approval granted(Decision granted, Instant until) {
        return new Approval(id, request, ApprovalState.GRANTED, requestedAt, until, Optional.of(granted));
    }

    Approval refused(Decision refused) {
        return new Approval(id, request, ApprovalState.REFUSED, requestedAt, expiresAt, Optional.of(refused));
    }

    Approval expired() {
        return new Approval(id, request, ApprovalState.EXPIRED, requestedAt, expiresAt, decision);
    }

    Approval used() {
        return new Approval(id, request, ApprovalState.USED, requestedAt, expiresAt, decision);
    }

    /** Person who granted or refused it. */
    public Optional<Actor> decidedBy() {
        return decision.map(Decision::by);
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

package io.weathervane.audit;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Which events to read; whatever is empty does not narrow.
 *
 * @param from the first moment
 * @param to the moment after the last
 * @param limit most events of one page, 1 to 500
 * @param cursor from the page before
 */
public record AuditQuery(
        Optional<Instant> from,
        Optional<Instant> to,
        Set<AuditKind> kinds,
        Optional<String> decision,
        Optional<String> actor,
        Optional<String> promotionId,
        int limit,
        Optional<String> cursor) {
    public static final int LIMIT_MAX = 500;

    /** Events are stored in milliseconds: none is before or after what these can say. */
    private static final Instant FIRST = Instant.ofEpochMilli(Long.MIN_VALUE);

    private static final Instant LAST = Instant.ofEpochMilli(Long.MAX_VALUE);

    public AuditQuery {
        if (limit < 1 || limit > LIMIT_MAX) {
            throw new IllegalArgumentException("limit must be 1 to " + LIMIT_MAX + ", was " + limit);
        }
        cursor.ifPresent(AuditCursor::parse);
        from = from.map(AuditQuery::storable);
        to = to.map(AuditQuery::storable);
        kinds = Set.copyOf(kinds);
    }

    private static Instant storable(Instant moment) {
        return moment.isBefore(FIRST) ? FIRST : moment.isAfter(LAST) ? LAST : moment;
    }

    /** The newest events of every kind. */
    public static AuditQuery newest(int limit) {
        return new AuditQuery(
                Optional.empty(),
                Optional.empty(),
                Set.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                limit,
                Optional.empty());
    }

    public AuditQuery ofKinds(Set<AuditKind> wanted) {
        return new AuditQuery(from, to, wanted, decision, actor, promotionId, limit, cursor);
    }

    public AuditQuery ofPromotion(String id) {
        return new AuditQuery(from, to, kinds, decision, actor, Optional.of(id), limit, cursor);
    }

    public AuditQuery since(Instant first) {
        return new AuditQuery(Optional.of(first), to, kinds, decision, actor, promotionId, limit, cursor);
    }

    public AuditQuery after(String pageCursor) {
        return new AuditQuery(from, to, kinds, decision, actor, promotionId, limit, Optional.of(pageCursor));
    }
}

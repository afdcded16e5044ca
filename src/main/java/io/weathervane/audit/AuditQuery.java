package io.weathervane.audit;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** Filter and page of audit events; an empty part does not narrow. */
public record AuditQuery(
        TimeRange time,
        Set<AuditKind> kinds,
        Optional<String> decision,
        Optional<String> actor,
        Optional<String> promotionId,
        PageRequest page) {
    public static final int LIMIT_MAX = 500;

    /**
     * Time range of the events.
     *
     * @param from the first moment
     * @param to the moment after the last
     */
    public record TimeRange(Optional<Instant> from, Optional<Instant> to) {
        static final TimeRange ALL = new TimeRange(Optional.empty(), Optional.empty());

        /** Events are stored in milliseconds: none is before or after what these can say. */
        private static final Instant FIRST = Instant.ofEpochMilli(Long.MIN_VALUE);

        private static final Instant LAST = Instant.ofEpochMilli(Long.MAX_VALUE);

        public TimeRange {
            from = from.map(TimeRange::storable);
            to = to.map(TimeRange::storable);
        }

        private static Instant storable(Instant moment) {
            return moment.isBefore(FIRST) ? FIRST : moment.isAfter(LAST) ? LAST : moment;
        }
    }

    /**
     * Page of the events to return.
     *
     * @param limit most events of one page, 1 to 500
     * @param cursor from the page before
     */
    public record PageRequest(int limit, Optional<String> cursor) {
        public PageRequest {
            if (limit < 1 || limit > LIMIT_MAX) {
                throw new IllegalArgumentException("limit must be 1 to " + LIMIT_MAX + ", was " + limit);
            }
            cursor.ifPresent(AuditCursor::parse);
        }
    }

    public AuditQuery {
        kinds = Set.copyOf(kinds);
    }

    /** The newest events of every kind. */
    public static AuditQuery newest(int limit) {
        return new AuditQuery(
                TimeRange.ALL,
                Set.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                new PageRequest(limit, Optional.empty()));
    }

    public AuditQuery ofKinds(Set<AuditKind> wanted) {
        return new AuditQuery(time, wanted, decision, actor, promotionId, page);
    }

    public AuditQuery ofPromotion(String id) {
        return new AuditQuery(time, kinds, decision, actor, Optional.of(id), page);
    }

    public AuditQuery since(Instant first) {
        return new AuditQuery(new TimeRange(Optional.of(first), time.to()), kinds, decision, actor, promotionId, page);
    }

    public AuditQuery after(String pageCursor) {
        return new AuditQuery(
                time, kinds, decision, actor, promotionId, new PageRequest(page.limit(), Optional.of(pageCursor)));
    }
}

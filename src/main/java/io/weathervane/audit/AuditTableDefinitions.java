package io.weathervane.audit;

import java.util.List;

/**
 * The chain's tables. {@code audit_head} remembers the newest event apart from the events, so that a tail
 * cut off is noticed; a trigger keeps it, so that a row inserted by another program becomes part of the chain
 * (and is reported by the verifier) instead of standing in the way of the next one.
 */
final class AuditTableDefinitions {
    static final String COMPONENT = "audit";

    private static final List<String> FIRST = List.of(
            """
            CREATE TABLE audit_events (
              seq INTEGER PRIMARY KEY,
              at INTEGER NOT NULL,
              kind TEXT NOT NULL,
              actor TEXT NOT NULL,
              promotion_id TEXT,
              decision TEXT,
              payload TEXT NOT NULL,
              prev_hash TEXT NOT NULL,
              hash TEXT NOT NULL
            ) STRICT\
            """,
            "CREATE INDEX audit_events_by_time ON audit_events (at, seq)",
            "CREATE INDEX audit_events_by_kind ON audit_events (kind, at, seq)",
            "CREATE INDEX audit_events_by_actor ON audit_events (actor, at, seq)",
            "CREATE INDEX audit_events_by_promotion ON audit_events (promotion_id, at, seq)"
                    + " WHERE promotion_id IS NOT NULL",
            "CREATE INDEX audit_events_by_decision ON audit_events (decision, at, seq) WHERE decision IS NOT NULL",
            """
            CREATE TABLE audit_head (
              id INTEGER PRIMARY KEY CHECK (id = 1),
              seq INTEGER NOT NULL,
              hash TEXT NOT NULL
            ) STRICT\
            """,
            """
            CREATE TRIGGER audit_events_keeps_order BEFORE INSERT ON audit_events
            WHEN NEW.seq <= (SELECT coalesce(max(seq), 0) FROM audit_events)
            BEGIN SELECT RAISE(ABORT, 'audit_events only takes events after the last one'); END\
            """,
            """
            CREATE TRIGGER audit_events_moves_head AFTER INSERT ON audit_events
            BEGIN
              INSERT INTO audit_head (id, seq, hash) VALUES (1, NEW.seq, NEW.hash)
              ON CONFLICT (id) DO UPDATE SET seq = NEW.seq, hash = NEW.hash;
            END\
            """,
            """
            CREATE TRIGGER audit_events_refuses_update BEFORE UPDATE ON audit_events
            BEGIN SELECT RAISE(ABORT, 'audit_events is append-only'); END\
            """,
            """
            CREATE TRIGGER audit_events_refuses_delete BEFORE DELETE ON audit_events
            BEGIN SELECT RAISE(ABORT, 'audit_events is append-only'); END\
            """,
            """
            CREATE TRIGGER audit_head_refuses_delete BEFORE DELETE ON audit_head
            BEGIN SELECT RAISE(ABORT, 'audit_head is kept with audit_events'); END\
            """);

    /** Read in the order of the chain; the time alone keeps an index of its own, for ranges. */
    private static final List<String> BY_PLACE = List.of(
            "DROP INDEX audit_events_by_kind",
            "DROP INDEX audit_events_by_actor",
            "DROP INDEX audit_events_by_promotion",
            "DROP INDEX audit_events_by_decision",
            "CREATE INDEX audit_events_by_kind ON audit_events (kind, seq)",
            "CREATE INDEX audit_events_by_actor ON audit_events (actor, seq)",
            "CREATE INDEX audit_events_by_promotion ON audit_events (promotion_id, seq)"
                    + " WHERE promotion_id IS NOT NULL",
            "CREATE INDEX audit_events_by_decision ON audit_events (decision, seq) WHERE decision IS NOT NULL");

    static final List<List<String>> VERSIONS = List.of(FIRST, BY_PLACE);

    private AuditTableDefinitions() {}
}

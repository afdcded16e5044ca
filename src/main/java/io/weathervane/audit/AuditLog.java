package io.weathervane.audit;

import io.weathervane.store.Database;
import io.weathervane.store.DeferredRecord;
import io.weathervane.store.DeferredWrites;
import io.weathervane.store.RecordKindWriter;
import io.weathervane.store.SqlTransaction;
import io.weathervane.store.WriteReceipt;
import io.weathervane.util.Redactor;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The chain of audit events: it grows, and nothing in it changes. */
public final class AuditLog {
    private static final SqlTransaction.Row<Link> LINK = row -> new Link(row.number("seq"), row.text("hash"));

    private static final String INSERT = "INSERT INTO audit_events (" + AuditRow.COLUMNS
            + ") SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,"
            + " value ->> 7, value ->> 8 FROM json_each(?)";

    private final Database database;
    private final Clock clock;
    private final Optional<String> service;
    private final Shared shared;

    /** State of the chain that all services which append to it share. */
    private static final class Shared {
        private final List<Consumer<AuditEvent>> listeners = new CopyOnWriteArrayList<>();
        private volatile Runnable before = () -> {};
        private volatile Optional<Appended> appended = Optional.empty();
    }

    /** Event that a transaction has appended last, so that its next append need not look for it. */
    private record Appended(SqlTransaction sql, Link link) {}

    public AuditLog(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
        this.service = Optional.empty();
        this.shared = new Shared();
        database.migrate(AuditTableDefinitions.COMPONENT, AuditTableDefinitions.VERSIONS);
        database.deferredWrites().register(DeferredAuditEntry.KIND, new DeferredAppends());
    }

    private AuditLog(AuditLog whole, String service) {
        this.database = whole.database;
        this.clock = whole.clock;
        this.service = Optional.of(service);
        this.shared = whole.shared;
    }

    /**
     * The same chain for one of several services: what is appended names the service in its payload, and a query gives the
     * events of this service only.
     */
    public AuditLog ofService(String name) {
        return new AuditLog(this, name);
    }

    /** The one of several services that this is for; empty for the whole chain. */
    public Optional<String> service() {
        return service;
    }

    private NewAuditEvent named(NewAuditEvent entry) {
        return service.map(entry::ofService).orElse(entry);
    }

    /** Appends what has happened already. */
    private final class DeferredAppends implements RecordKindWriter {
        @Override
        public void write(SqlTransaction sql, String body) throws SQLException {
            DeferredAuditEntry deferred = DeferredAuditEntry.read(body);
            append(sql, deferred.event(), deferred.at());
        }

        @Override
        public void around(Runnable transaction) {
            shared.before.run();
            transaction.run();
        }
    }

    /** Has this run before a transaction that appends is begun: for what has happened and is to come before it. */
    public void beforeAppend(Runnable earlier) {
        shared.before = earlier;
    }

    /** For those who append inside a transaction of their own, before they begin it. */
    public void catchUp() {
        database.deferredWrites().hurry();
        shared.before.run();
    }

    /** Appends inside the caller's write transaction, so that the event is kept exactly when the change it describes is. */
    public AuditEvent append(SqlTransaction sql, NewAuditEvent event) throws SQLException {
        return append(sql, event, clock.instant());
    }

    /** The same, of something that happened a while ago. */
    public AuditEvent append(SqlTransaction sql, NewAuditEvent unnamed, Instant at) throws SQLException {
        NewAuditEvent newEvent = named(unnamed);
        Link last = lastIn(sql);
        AuditRow row = new AuditRow(
                        last.seq() + 1,
                        at.toEpochMilli(),
                        newEvent.kind().wireName(),
                        Redactor.clean(newEvent.actor().name()).replace('\0', '\ufffd'),
                        newEvent.promotionId().orElse(null),
                        newEvent.decision().orElse(null),
                        AuditPayloadJson.write(newEvent.payload()),
                        last.hash(),
                        "")
                .hashed();
        insert(sql, row);
        shared.appended = Optional.of(new Appended(sql, new Link(row.seq(), row.hash())));
        AuditEvent event = row.toEvent().orElseThrow();
        sql.afterCommit(() -> shared.listeners.forEach(listener -> listener.accept(event)));
        return event;
    }

    private Link lastIn(SqlTransaction sql) throws SQLException {
        Optional<Appended> mine = shared.appended.filter(one -> one.sql() == sql);
        return mine.isPresent() ? mine.get().link() : last(sql);
    }

    /** The entry as something that happens now and is written as soon as that is possible, see {@link DeferredWrites}. */
    public DeferredRecord deferred(NewAuditEvent event) {
        return new DeferredAuditEntry(named(event), clock.instant()).record();
    }

    /** Has it written as soon as that is possible, without waiting for it: for what has happened whatever the database does. */
    public WriteReceipt appendLate(NewAuditEvent event) {
        return database.deferredWrites().submit(List.of(deferred(event)));
    }

    /** Events that have happened and are not part of the chain yet, oldest first. */
    public List<DeferredAuditEntry> waiting() {
        return waiting(Duration.ZERO);
    }

    /** Events that have waited for longer than this to become part of the chain, oldest first. */
    public List<DeferredAuditEntry> waiting(Duration longerThan) {
        return database.deferredWrites().waiting(DeferredAuditEntry.KIND, longerThan).stream()
                .map(DeferredAuditEntry::read)
                .filter(deferred ->
                        service.isEmpty() || service.equals(deferred.event().service()))
                .toList();
    }

    /** Appends in a transaction of its own; on disk when it returns. */
    public AuditEvent append(NewAuditEvent event) {
        catchUp();
        return database.write(sql -> append(sql, event));
    }

    /** Events that fit the query, newest first: by place in the chain, whatever the clock said. */
    public AuditPage query(AuditQuery query) {
        return database.read(sql -> AuditQueryRunner.run(sql, query, AuditServiceScope.with(service)));
    }

    /** The same, of those that are about this one of several services alone, and not about the server. */
    public AuditPage queryOnly(String name, AuditQuery query) {
        return database.read(sql -> AuditQueryRunner.run(sql, query, AuditServiceScope.only(name)));
    }

    /** The events after a place in the chain, oldest first; those of kinds unknown to this release are left out. */
    public List<AuditEvent> after(long seq, int limit) {
        return rowsAfter(seq, limit).stream()
                .map(AuditRow::toEvent)
                .flatMap(Optional::stream)
                .toList();
    }

    public Optional<AuditEvent> event(long seq) {
        return database.read(sql -> sql.first(
                        "SELECT " + AuditRow.COLUMNS + " FROM audit_events WHERE seq = ?", AuditRow.READER, seq))
                .flatMap(AuditRow::toEvent);
    }

    /** The newest event's place in the chain, 0 when there is none. */
    public long lastSeq() {
        return database.read(AuditLog::last).seq();
    }

    /** The highest time that any event has: a clock that is before it has been set back. */
    public Optional<Instant> highestTime() {
        return database.read(
                sql -> sql.first("SELECT at FROM audit_events ORDER BY at DESC LIMIT 1", row -> row.time("at")));
    }

    /** Whether the kill switch was turned on, or off, from this moment on and before that. */
    boolean hasKillSwitchEvent(boolean on, Instant from, Instant before) {
        AuditKind kind = on ? AuditKind.KILL_SWITCH_ACTIVATED : AuditKind.KILL_SWITCH_RESET;
        return database.read(sql -> sql.exists(
                "SELECT 1 FROM audit_events WHERE kind = ? AND at >= ? AND at < ? LIMIT 1",
                kind.wireName(),
                from.toEpochMilli(),
                before.toEpochMilli()));
    }

    /** Tells of each event once it is committed; on the committing thread, so it should only wake another thread. */
    public void onAppend(Consumer<AuditEvent> listener) {
        shared.listeners.add(listener);
    }

    /** The same rows, which a power failure does not take back any more. */
    List<AuditRow> rowsOnDiskAfter(long seq, int limit) {
        List<AuditRow> rows = rowsAfter(seq, limit);
        if (!rows.isEmpty()) {
            database.sync();
        }
        return rows;
    }

    List<AuditRow> rowsAfter(long seq, int limit) {
        return database.read(sql -> sql.query(
                "SELECT " + AuditRow.COLUMNS + " FROM audit_events WHERE seq > ? ORDER BY seq LIMIT ?",
                AuditRow.READER,
                seq,
                limit));
    }

    /** The newest event as it is remembered apart from the events, or what the first one follows. */
    Link head() {
        return database.read(sql -> sql.first("SELECT seq, hash FROM audit_head", LINK))
                .orElse(Link.GENESIS);
    }

    /** The event to follow, when this transaction has appended none. After a cut tail that is still the one cut off: its place is not given away again. */
    private static Link last(SqlTransaction sql) throws SQLException {
        return sql.firstUnchanged("""
            SELECT seq, hash FROM (
              SELECT seq, hash, 0 AS preference FROM audit_head
              UNION ALL
              SELECT * FROM (SELECT seq, hash, 1 FROM audit_events ORDER BY seq DESC LIMIT 1))
            ORDER BY seq DESC, preference LIMIT 1\
            """, LINK).orElse(Link.GENESIS);
    }

    private static void insert(SqlTransaction sql, AuditRow row) {
        sql.updateForEachLater(
                INSERT,
                row.seq(),
                row.at(),
                row.kind(),
                row.actor(),
                row.promotionId(),
                row.decision(),
                row.payload(),
                row.previousHash(),
                row.hash());
    }

    /** Link of an event to another: the other's place and hash. */
    record Link(long seq, String hash) {
        static final Link GENESIS = new Link(0, AuditRow.GENESIS_HASH);
    }

    /**
     * An expression of SQL: the cause that the event of a number has in its payload; NULL where it has none.
     *
     * @param seq the expression that gives the number
     */
    public static String causeOf(String seq) {
        return "(SELECT CASE WHEN json_valid(payload) THEN payload ->> 'cause' END FROM audit_events"
                + " WHERE audit_events.seq = " + seq + ")";
    }
}

package io.weathervane.approval;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditKind;
import io.weathervane.audit.AuditLog;
import io.weathervane.audit.NewAuditEvent;
import io.weathervane.event.Event;
import io.weathervane.event.EventBus;
import io.weathervane.event.EventType;
import io.weathervane.store.Database;
import io.weathervane.store.SqlTransaction;
import io.weathervane.store.TransactionWork;
import io.weathervane.util.Ticker;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Service that stores requests, grants and uses of approvals in the database, so that a restart forgets none of them.
 * Each step is audited in its own transaction and told to {@link EventType#APPROVALS_CHANGED}.
 */
public final class ApprovalService {
    /** How long an approver has to grant a request, and then its requester to use the grant. */
    public static final Duration VALID_FOR = Duration.ofMinutes(15);

    /** Most approvals open at a time. */
    static final int OPEN_MAX = 50;

    /** Most of them for one requester. */
    static final int OPEN_PER_REQUESTER_MAX = 10;

    private static final int ID_BYTES = 4;

    private final Database database;
    private final AuditLog audit;
    private final EventBus events;
    private final ApprovalExpiryCheck expiryCheck;
    private final SecureRandom random = new SecureRandom();

    public ApprovalService(Database database, AuditLog audit, EventBus events, Clock clock, Ticker ticker) {
        this.database = database;
        this.audit = audit;
        this.events = events;
        this.expiryCheck = new ApprovalExpiryCheck(clock, ticker);
        database.migrate(ApprovalTable.COMPONENT, ApprovalTable.VERSIONS);
        resume();
    }

    /**
     * Resumes the approvals that an earlier process left open: a clock that was set back meanwhile must not make them
     * last longer.
     */
    private void resume() {
        List<Approval> left = database.read(ApprovalTable::open);
        if (!left.isEmpty()) {
            Instant newest = audit.highestTime().orElse(Instant.MIN);
            left.forEach(one -> expiryCheck.resume(
                    one.id(),
                    one.decision().map(Approval.Decision::at).orElse(one.requestedAt()),
                    one.expiresAt(),
                    newest));
        }
    }

    /**
     * Asks for an approval; who asks for the same again gets the same one while it is open.
     *
     * @throws ApprovalRefusedException when too many are open
     */
    public Approval request(ApprovalRequest wanted) {
        return written(sql -> {
            List<Approval> open = open(sql);
            Optional<Approval> same =
                    open.stream().filter(one -> one.isFor(wanted)).findFirst();
            return same.isPresent() ? same.get() : add(sql, wanted, open);
        });
    }

    private <T> T written(TransactionWork<T> work) {
        audit.catchUp();
        return database.write(work);
    }

    private Approval add(SqlTransaction sql, ApprovalRequest wanted, List<Approval> open) throws SQLException {
        Instant now = expiryCheck.now();
        ApprovalTable.forgetOld(sql, now);
        refuseTooMany(open, wanted.requester());
        Approval asked = Approval.asked(newId(), wanted, now, now.plus(VALID_FOR));
        ApprovalTable.insert(sql, asked);
        sql.afterCommit(() -> expiryCheck.begin(asked.id(), VALID_FOR));
        record(sql, AuditKind.APPROVAL_REQUESTED, wanted.requester().actor(), asked);
        return asked;
    }

    private static void refuseTooMany(List<Approval> open, ApprovalParty requester) {
        long own = open.stream()
                .filter(one -> one.request().requester().isSame(requester))
                .count();
        if (open.size() >= OPEN_MAX || own >= OPEN_PER_REQUESTER_MAX) {
            throw new ApprovalRefusedException("too many approvals are open: " + own + " of " + requester.name() + " ("
                    + OPEN_PER_REQUESTER_MAX + " at most), " + open.size() + " in all (" + OPEN_MAX
                    + " at most); approval_grant without id lists them, with decision refuse it ends one");
        }
    }

    /**
     * Grants the request of another person.
     *
     * @throws ApprovalRefusedException when it is the granter's own, or not pending any more
     */
    public Approval grant(String id, ApprovalParty granter, Optional<String> note) {
        return written(sql -> {
            Approval pending = grantable(sql, id, granter);
            Instant now = expiryCheck.now();
            Approval granted = pending.granted(new Approval.Decision(granter.actor(), now, note), now.plus(VALID_FOR));
            sql.afterCommit(() -> expiryCheck.begin(id, VALID_FOR));
            return write(sql, pending, granted, AuditKind.APPROVAL_GRANTED);
        });
    }

    /**
     * Finds the approval that the granter is about to grant.
     *
     * @throws ApprovalRefusedException when it is their own, or not pending any more
     */
    public Approval grantable(String id, ApprovalParty granter) {
        return database.read(sql -> grantable(sql, id, granter));
    }

    private Approval grantable(SqlTransaction sql, String id, ApprovalParty granter) throws SQLException {
        Approval pending = known(sql, id);
        ApprovalParty requester = pending.request().requester();
        if (requester.isSame(granter)) {
            throw new ApprovalRefusedException("approval " + id + " was asked for by " + requester.described()
                    + ", and nobody grants their own, under whatever name: another person with the role"
                    + " approver has to, on another account or with a token of their own");
        }
        if (pending.state() != ApprovalState.PENDING) {
            throw new ApprovalRefusedException(ApprovalMessages.is(pending) + "; nothing was granted");
        }
        return pending;
    }

    /**
     * Refuses a request, or takes back a grant that was not used yet. Every holder of the role may: it is the safe direction.
     *
     * @throws ApprovalRefusedException when it is not open any more
     */
    public Approval refuse(String id, Actor refuser, Optional<String> note) {
        return written(sql -> {
            Approval open = known(sql, id);
            if (!open.open()) {
                throw new ApprovalRefusedException(ApprovalMessages.is(open) + "; nothing was refused");
            }
            sql.afterCommit(() -> expiryCheck.forget(id));
            return write(
                    sql,
                    open,
                    open.refused(new Approval.Decision(refuser, expiryCheck.now(), note)),
                    AuditKind.APPROVAL_REFUSED);
        });
    }

    private Approval write(SqlTransaction sql, Approval before, Approval after, AuditKind kind) throws SQLException {
        if (!ApprovalTable.decide(sql, before.state(), after)) {
            throw new IllegalStateException("approval " + before.id() + " changed inside its own transaction");
        }
        record(sql, kind, after.decidedBy().orElseThrow(), after);
        return after;
    }

    /**
     * The granted approval that this call may use.
     *
     * @throws ApprovalRefusedException when it may not, saying why and how to get another one
     */
    public Approval usable(String id, ApprovalRequest call) {
        return database.read(sql -> usable(sql, id, call));
    }

    /**
     * Uses the approval up in the transaction of what it was given for: both are kept, or neither.
     *
     * @throws ApprovalRefusedException when it may not be used, or not for this
     */
    public void use(SqlTransaction sql, String id, ApprovalRequest call) throws SQLException {
        Approval granted = usable(sql, id, call);
        if (!ApprovalTable.use(sql, id)) {
            throw new ApprovalRefusedException("approval " + id + " could not be used; nothing was done");
        }
        sql.afterCommit(() -> expiryCheck.forget(id));
        record(sql, AuditKind.APPROVAL_USED, call.requester().actor(), granted.used());
    }

    private Approval usable(SqlTransaction sql, String id, ApprovalRequest call) throws SQLException {
        Approval approval = find(sql, id).orElseThrow(() -> unknown(id, call.tool()));
        ApprovalMessages.misfit(approval, call).ifPresent(why -> {
            throw new ApprovalRefusedException(why);
        });
        return approval;
    }

    /** Those that wait for an approver to decide, oldest first. */
    public List<Approval> pending() {
        return open().stream()
                .filter(one -> one.state() == ApprovalState.PENDING)
                .toList();
    }

    /** Those that are pending, and those granted and not used yet; oldest first. */
    public List<Approval> open() {
        return database.read(this::open);
    }

    private List<Approval> open(SqlTransaction sql) throws SQLException {
        return ApprovalTable.open(sql).stream().filter(one -> !isOver(one)).toList();
    }

    private boolean isOver(Approval stored) {
        return stored.open() && expiryCheck.isOver(stored.id(), stored.expiresAt());
    }

    public Optional<Approval> find(String id) {
        return database.read(sql -> find(sql, id));
    }

    private Optional<Approval> find(SqlTransaction sql, String id) throws SQLException {
        return ApprovalTable.find(sql, id).map(one -> isOver(one) ? one.expired() : one);
    }

    /** Writes down, and tells, which of those that are open are over by now; returns whether any is still open. */
    boolean expire() {
        List<Approval> open = database.read(ApprovalTable::open);
        List<Approval> over = open.stream().filter(this::isOver).toList();
        if (!over.isEmpty()) {
            written(sql -> {
                for (Approval one : over) {
                    if (ApprovalTable.expire(sql, one)) {
                        Event event = changed(one.expired());
                        sql.afterCommit(() -> ended(one.id(), event));
                    }
                }
                return true;
            });
        }
        return open.size() > over.size();
    }

    private void ended(String id, Event event) {
        expiryCheck.forget(id);
        events.publish(event);
    }

    private Approval known(SqlTransaction sql, String id) throws SQLException {
        return find(sql, id)
                .orElseThrow(() -> new ApprovalRefusedException("there is no approval " + ApprovalMessages.shown(id)
                        + "; approval_grant without id lists those that are open"));
    }

    private static ApprovalRefusedException unknown(String id, String tool) {
        return new ApprovalRefusedException("there is no approval " + ApprovalMessages.shown(id) + "; call " + tool
                + " without approval_id to ask for one");
    }

    private void record(SqlTransaction sql, AuditKind kind, Actor actor, Approval approval) throws SQLException {
        ApprovalRequest request = approval.request();
        ObjectNode payload = JsonNodeFactory.instance
                .objectNode()
                .put("approval", approval.id())
                .put("tool", request.tool())
                .put("change", request.change())
                .put("requester", request.requester().name())
                .put("account", request.requester().account())
                .put("reason", request.reason());
        payload.set("arguments", request.arguments());
        approval.decidedBy()
                .ifPresent(by ->
                        payload.put(approval.state() == ApprovalState.REFUSED ? "refusedBy" : "approver", by.name()));
        approval.decision().flatMap(Approval.Decision::note).ifPresent(note -> payload.put("note", note));
        payload.put("expiresAt", approval.expiresAt().toString());
        audit.append(sql, NewAuditEvent.of(kind, actor, payload));
        Event event = changed(approval);
        sql.afterCommit(() -> events.publish(event));
    }

    private Event changed(Approval approval) {
        return new Event(
                EventType.APPROVALS_CHANGED,
                expiryCheck.now(),
                Map.of(
                        "approval", approval.id(),
                        "state", approval.state().wireName(),
                        "tool", approval.request().tool(),
                        "requester", approval.request().requester().name()));
    }

    private String newId() {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        return "a-" + HexFormat.of().formatHex(bytes);
    }
}

package io.weathervane.flags;

import static io.weathervane.flags.FlagCatalog.KILL_SWITCH;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditKind;
import io.weathervane.audit.AuditLog;
import io.weathervane.audit.NewAuditEvent;
import io.weathervane.store.SameTransactionWriter;
import io.weathervane.store.SqlTransaction;
import io.weathervane.util.SafeText;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One write transaction on the flags: takes in what others changed, does what is asked, and brings the table, the
 * held values and the audit to what follows from it. All of it is committed together or not at all.
 */
final class FlagTransaction {
    private static final String CAUSE_SAFE_DEFAULT = "the kill switch is engaged: safe default";
    private static final String CAUSE_RESTORED = "the kill switch was reset: restored";
    private static final String CAUSE_MISSING = "the row was missing";
    private static final String CAUSE_NORMALISED = "an unreadable value counts as on";

    /** The audit number of rows that need no audit: the first seeding. */
    private static final long NO_AUDIT = 0;

    /** That changes of others are in the audit; their number does not prolong the time with the write lock. */
    private static final String RECORD = "UPDATE settings_history SET actor = value ->> 0, audit_seq = value ->> 1"
            + " FROM json_each(?) WHERE seq = value ->> 2";

    private static final String HOLD =
            "INSERT INTO settings_held (key, value) SELECT value ->> 0, value ->> 1 FROM json_each(?)";

    private final SqlTransaction sql;
    private final AuditLog audit;
    private final FlagReconciler reconciler;
    private final Instant now;
    private final Map<String, StoredFlagValue> rows;
    private final List<FlagChangeResult.Changed> changed = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private boolean dirty;
    private FlagTablesSnapshot left;

    private FlagTransaction(SqlTransaction sql, AuditLog audit, FlagReconciler reconciler, Instant now) {
        this.sql = sql;
        this.audit = audit;
        this.reconciler = reconciler;
        this.now = now;
        this.rows = new HashMap<>(reconciler.stored().rows());
        this.left = reconciler.stored();
    }

    /** Begins with everything others changed taken in and the table put in order. */
    static FlagTransaction begin(SqlTransaction sql, AuditLog audit, FlagCatalog catalog, Instant now)
            throws SQLException {
        FlagTableDefinitions.ensure(sql);
        FlagTransaction transaction = new FlagTransaction(
                sql, audit, new FlagReconciler(catalog, FlagTablesSnapshot.load(sql, catalog)), now);
        List<UnauditedChange> unrecorded = FlagTablesSnapshot.unrecorded(sql, catalog);
        transaction.adoptRecorded();
        transaction.adoptUnrecorded(unrecorded);
        transaction.auditEffect(transaction.reconciler.adoptTable(now));
        transaction.reconcile(Actor.SYSTEM, transaction.reconciler.engaged() ? CAUSE_SAFE_DEFAULT : CAUSE_RESTORED);
        return transaction;
    }

    FlagReconciler reconciler() {
        return reconciler;
    }

    /** What the pass wrote to the table so far. */
    List<FlagChangeResult.Changed> changed() {
        return List.copyOf(changed);
    }

    /** What the operator should know, for the log. */
    List<String> warnings() {
        return List.copyOf(warnings);
    }

    private void adoptRecorded() throws SQLException {
        List<UnauditedChange> batch = UnauditedChange.pendingAfter(sql, 0);
        while (!batch.isEmpty()) {
            for (UnauditedChange change : batch) {
                adopt(change, change.seq());
            }
            batch = batch.size() < UnauditedChange.BATCH
                    ? List.of()
                    : UnauditedChange.pendingAfter(
                            sql, batch.get(batch.size() - 1).seq());
        }
    }

    private void adoptUnrecorded(List<UnauditedChange> unrecorded) throws SQLException {
        for (UnauditedChange change : unrecorded) {
            sql.update(
                    "INSERT INTO settings_history (at, key, old_value, new_value) SELECT ?, key, ?, substr(value, 1, ?)"
                            + " FROM settings WHERE key = ?",
                    now.toString(),
                    change.from().flatMap(StoredFlagValue::asText).orElse(null),
                    StoredFlagValue.LENGTH_MAX + 1,
                    change.key());
            long seq = sql.first("SELECT max(seq) AS seq FROM settings_history", row -> row.number("seq"))
                    .orElse(0L);
            adopt(change, seq);
        }
    }

    private void adopt(UnauditedChange change, long seq) throws SQLException {
        boolean putBack =
                reconciler.engaged() && isFlag(change.key()) && !change.key().equals(KILL_SWITCH);
        ObjectNode payload = changePayload(
                change.key(),
                change.from().map(StoredFlagValue::shown),
                change.to().map(StoredFlagValue::shown),
                change.to().isPresent() ? "direct SQL" : "deleted by direct SQL");
        payload.put("changedAt", change.at());
        long auditSeq = append(AuditKind.FLAG_CHANGED, Actor.DIRECT_SQL, payload);
        sql.updateForEachLater(RECORD, Actor.DIRECT_SQL.name(), auditSeq, seq);
        dirty = true;
        auditEffect(reconciler.adopt(change, now));
        if (putBack) {
            warnings.add("Flag " + change.key() + " was changed by direct SQL while the kill switch is engaged;"
                    + " it is put back to its default");
        }
    }

    private void auditEffect(FlagReconciler.Effect effect) throws SQLException {
        switch (effect) {
            case ENGAGED -> auditEngaged(Objects.requireNonNull(reconciler.engagement()), now);
            case RESET -> auditReset(Objects.requireNonNull(reconciler.lastReset()));
            case NONE -> {}
        }
    }

    /** Turns the kill switch on; does nothing when it is on. */
    void engage(EngagementRecord engagement) throws SQLException {
        if (reconciler.engaged()) {
            return;
        }
        reconciler.engage(engagement);
        auditEngaged(engagement, engagement.since());
        reconcile(engagement.actor(), CAUSE_SAFE_DEFAULT, engagement.since());
    }

    /** Turns the kill switch off and puts the flags back to what they were; does nothing when it is off. */
    void reset(KillSwitchResetRecord reset) throws SQLException {
        reset(reset, SameTransactionWriter.none());
    }

    void reset(KillSwitchResetRecord reset, SameTransactionWriter<KillSwitchStatus> beside) throws SQLException {
        if (!reconciler.engaged()) {
            return;
        }
        EngagementRecord before = Objects.requireNonNull(reconciler.engagement());
        beside.run(sql, before.status());
        reconciler.reset(reset);
        auditReset(reset, before);
        reconcile(reset.actor(), CAUSE_RESTORED);
    }

    /** Sets the flags in the model and writes the rows that differ from it; triggers add their rows of history. */
    void set(Map<String, String> flags, Actor actor, String cause) throws SQLException {
        flags.forEach(reconciler::set);
        reconcile(actor, cause);
    }

    /** @param at what happened in memory a while ago happened then */
    private void auditEngaged(EngagementRecord engagement, Instant at) throws SQLException {
        NewAuditEvent event = engagement.audited(payload());
        ObjectNode held = event.payload().putObject("held");
        reconciler
                .toHold()
                .forEach((key, value) -> held.put(key, SafeText.line(value, FlagDefinition.VALUE_LENGTH_MAX)));
        audit.append(sql, event, at);
    }

    private void auditReset(KillSwitchResetRecord reset) throws SQLException {
        append(AuditKind.KILL_SWITCH_RESET, reset.actor(), payload().put("reason", reset.reason()));
    }

    private void auditReset(KillSwitchResetRecord reset, EngagementRecord before) throws SQLException {
        ObjectNode payload = payload().put("reason", reset.reason());
        reset.approver().ifPresent(approver -> payload.put("approver", approver));
        reset.fixReference().ifPresent(reference -> payload.put("fixReference", reference));
        payload.put("forced", reset.forced());
        payload.put("engagedSince", before.since().toString());
        payload.put("engagedBy", before.actor().name());
        payload.put("engagedBecause", before.reason());
        append(AuditKind.KILL_SWITCH_RESET, reset.actor(), before.promotionId(), payload);
    }

    private void reconcile(Actor actor, String cause) throws SQLException {
        reconcile(actor, cause, now);
    }

    /** Writes every row that is not what the model says it should be. */
    private void reconcile(Actor actor, String cause, Instant at) throws SQLException {
        for (FlagDefinition definition : reconciler.catalog().all()) {
            StoredFlagValue target = reconciler.target(definition);
            Optional<StoredFlagValue> current = Optional.ofNullable(rows.get(definition.key()));
            if (current.filter(target::equals).isEmpty()) {
                String value = target.asText().orElse(definition.defaultValue());
                write(definition.key(), current, value, actor, causeOf(definition, current, cause), at);
            }
        }
    }

    private static String causeOf(FlagDefinition definition, Optional<StoredFlagValue> current, String cause) {
        if (current.isEmpty()) {
            return CAUSE_MISSING;
        }
        boolean unreadable = current.flatMap(StoredFlagValue::asText)
                .filter(definition::allows)
                .isEmpty();
        return definition.key().equals(KILL_SWITCH) && unreadable ? CAUSE_NORMALISED : cause;
    }

    private void write(
            String key, Optional<StoredFlagValue> current, String value, Actor actor, String cause, Instant at)
            throws SQLException {
        boolean firstSeed = current.isEmpty() && !hasHistory(key);
        sql.updateLater(
                current.isPresent()
                        ? "UPDATE settings SET value = ?2 WHERE key = ?1"
                        : "INSERT INTO settings (key, value) VALUES (?1, ?2)",
                key,
                value);
        long auditSeq = firstSeed
                ? NO_AUDIT
                : audit.append(
                                sql,
                                NewAuditEvent.of(
                                        AuditKind.FLAG_CHANGED,
                                        actor,
                                        changePayload(
                                                key, current.map(StoredFlagValue::shown), Optional.of(value), cause)),
                                at)
                        .seq();
        sql.updateLater(
                "UPDATE settings_history SET actor = ?, audit_seq = ?, at = ? WHERE audit_seq IS NULL",
                actor.name(),
                auditSeq,
                now.toString());
        rows.put(key, StoredFlagValue.of(value));
        dirty = true;
        if (!firstSeed) {
            changed.add(new FlagChangeResult.Changed(key, current.flatMap(StoredFlagValue::asText), value));
        }
        if (current.isEmpty() && !firstSeed) {
            warnings.add("Flag " + key + " had no row any more; put back as " + value);
        }
    }

    private boolean hasHistory(String key) throws SQLException {
        return sql.exists("SELECT 1 FROM settings_history WHERE key = ? LIMIT 1", key);
    }

    /** Records the outcome; {@code epochFloor} is the highest epoch that was ever served. */
    void finish(long epochFloor, boolean always) {
        EngagementRecord engagement = reconciler.engagement();
        FlagTablesSnapshot found = reconciler.stored();
        Map<String, String> held = found.held();
        if (!Objects.equals(engagement, found.engagement())) {
            held = engagement != null ? reconciler.toHold() : Map.of();
            hold(held);
            dirty = true;
        }
        if (dirty || always) {
            long revision = found.revision() + 1;
            long epoch = Math.max(found.epoch(), epochFloor) + 1;
            left = new FlagTablesSnapshot(
                    Map.copyOf(rows), found.settings(), Map.copyOf(held), engagement, revision, epoch);
            sql.updateLater(
                    "INSERT OR REPLACE INTO kill_switch_state"
                            + " (id, engaged, since, actor, reason, promotion_id, revision, epoch)"
                            + " VALUES (1, ?, ?, ?, ?, ?, ?, ?)",
                    engagement == null ? 0 : 1,
                    engagement == null ? null : engagement.since().toString(),
                    engagement == null ? null : engagement.actor().name(),
                    engagement == null ? null : engagement.reason(),
                    promotionOf(engagement),
                    revision,
                    epoch);
        }
    }

    /** What the tables say when the pass is committed; not read from them, which would keep the write lock meanwhile. */
    FlagTablesSnapshot left() {
        return left;
    }

    private static @Nullable String promotionOf(@Nullable EngagementRecord engagement) {
        return engagement == null ? null : engagement.promotionId().orElse(null);
    }

    private void hold(Map<String, String> values) {
        sql.updateLater("DELETE FROM settings_held");
        for (Map.Entry<String, String> value : values.entrySet()) {
            sql.updateForEachLater(HOLD, value.getKey(), value.getValue());
        }
    }

    private boolean isFlag(String key) {
        return reconciler.catalog().find(key).isPresent();
    }

    private long append(AuditKind kind, Actor actor, ObjectNode payload) throws SQLException {
        return append(kind, actor, Optional.empty(), payload);
    }

    private long append(AuditKind kind, Actor actor, Optional<String> promotionId, ObjectNode payload)
            throws SQLException {
        return audit.append(sql, new NewAuditEvent(kind, actor, promotionId, Optional.empty(), payload))
                .seq();
    }

    private static ObjectNode changePayload(String key, Optional<String> from, Optional<String> to, String cause) {
        ObjectNode payload = payload().put("key", SafeText.line(key, FlagDefinition.VALUE_LENGTH_MAX));
        payload.put("from", from.orElse(null));
        payload.put("to", to.orElse(null));
        return payload.put("cause", cause);
    }

    private static ObjectNode payload() {
        return JsonNodeFactory.instance.objectNode();
    }
}

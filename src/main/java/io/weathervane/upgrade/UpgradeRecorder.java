package io.weathervane.upgrade;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditKind;
import io.weathervane.audit.AuditLog;
import io.weathervane.audit.NewAuditEvent;
import io.weathervane.event.Event;
import io.weathervane.event.EventBus;
import io.weathervane.event.EventType;
import io.weathervane.store.Database;
import io.weathervane.store.DeferredRecord;
import io.weathervane.store.WriteReceipt;
import io.weathervane.upgrade.RecordedApproval.Alongside;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes an upgrade's state to the database and the audit in one transaction, and publishes it. The beginning is written
 * before it happens; later states are queued, so that no database lock delays the end of an upgrade.
 */
final class UpgradeRecorder {
    /** Longest wait for another program's lock before an upgrade begins: 2 s. */
    static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Database database;
    private final AuditLog audit;
    private final UpgradeStore store;
    private final EventBus events;
    private final Clock clock;

    UpgradeRecorder(Database database, AuditLog audit, UpgradeStore store, EventBus events, Clock clock) {
        this.database = database;
        this.audit = audit;
        this.store = store;
        this.events = events;
        this.clock = clock;
    }

    /** The upgrades' rows, for what is written in a transaction of others. */
    UpgradeStore store() {
        return store;
    }

    /** @param alongside written in the same transaction; nothing has begun when it fails */
    void begun(Upgrade upgrade, Alongside alongside) {
        ObjectNode payload = payload(upgrade).put("canary", upgrade.request().canary());
        upgrade.request().ramp().weights().forEach(payload.putArray("weights")::add);
        NewAuditEvent event = entry(upgrade, AuditKind.UPGRADE_STARTED, payload);
        database.deferredWrites().requireWritten();
        audit.catchUp();
        database.write(
                sql -> {
                    alongside.write(sql);
                    store.save(sql, upgrade, clock.instant());
                    audit.append(sql, event);
                    return upgrade;
                },
                PATIENCE);
        publish(upgrade);
    }

    /** The newest of its steps is over, and it goes on. */
    WriteReceipt stepped(Upgrade upgrade) {
        ObjectNode payload = payload(upgrade);
        if (!upgrade.steps().isEmpty()) {
            StepRecord last = upgrade.steps().get(upgrade.steps().size() - 1);
            payload.put("step", last.name()).put("passed", last.passed()).put("detail", last.detail());
        }
        return handOver(
                upgrade,
                AuditKind.UPGRADE_STEP,
                payload.put("next", upgrade.step().wireName()));
    }

    WriteReceipt ended(Upgrade upgrade) {
        ObjectNode payload = payload(upgrade)
                .put("status", upgrade.status().wireName())
                .put("step", upgrade.step().wireName())
                .put("reason", upgrade.reason().orElse(null));
        upgrade.unwrittenRecords().forEach(payload.putArray("unwrittenRecords")::add);
        return handOver(upgrade, AuditKind.UPGRADE_ENDED, payload);
    }

    private static ObjectNode payload(Upgrade upgrade) {
        ObjectNode payload = UpgradeCodec.object()
                .put("upgrade", upgrade.id())
                .put("from", upgrade.from().orElse(null))
                .put("to", upgrade.to());
        UpgradeCodec.addComparison(payload, upgrade.request());
        return payload;
    }

    private WriteReceipt handOver(Upgrade upgrade, AuditKind kind, ObjectNode payload) {
        DeferredRecord state = store.deferred(upgrade, clock.instant());
        return database.deferredWrites().submit(List.of(state, audit.deferred(entry(upgrade, kind, payload))));
    }

    private static NewAuditEvent entry(Upgrade upgrade, AuditKind kind, ObjectNode payload) {
        return new NewAuditEvent(kind, new Actor(upgrade.actor()), upgrade.promotionId(), Optional.empty(), payload);
    }

    void publish(Upgrade upgrade) {
        events.publish(new Event(
                EventType.UPGRADE_CHANGED,
                clock.instant(),
                Map.of(
                        "upgrade",
                        upgrade.id(),
                        "status",
                        upgrade.status().wireName(),
                        "step",
                        upgrade.step().wireName())));
    }
}

package io.weathervane.rollback;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditEntry;
import io.weathervane.audit.AuditKind;
import io.weathervane.event.EventType;
import io.weathervane.monitor.MonitorState;
import io.weathervane.util.SafeText;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The end of a watch, as the audit keeps it and as the log and the bus say it. */
final class MonitoringStop {
    private static final Logger LOG = LoggerFactory.getLogger("RollbackMonitor");

    private MonitoringStop() {}

    /** @param reason what the newest decision said, for the reader of the entry */
    static AuditEntry entry(PromotionWatch on, String why, String reason) {
        AuditEntry entry = entry(on, why);
        entry.payload().put("reason", reason);
        return entry;
    }

    static AuditEntry entry(PromotionWatch on, String why) {
        MonitorState state = on.state();
        return AuditEntry.forPromotion(
                AuditKind.MONITORING_STOPPED,
                Actor.SYSTEM,
                on.promotionId(),
                MonitorJson.object()
                        .put("why", why)
                        .put("worker", state.worker())
                        .put("outcome", outcomeOf(on))
                        .put("checks", state.counters().checks())
                        .put("conclusiveChecks", state.counters().conclusiveChecks()));
    }

    static void announce(MonitorEvents monitorEvents, PromotionWatch on, String why) {
        LOG.info(
                "post-promotion health monitoring stopped promotion={} worker={} outcome={} checks={} why=\"{}\"",
                on.promotionId(),
                on.state().worker(),
                outcomeOf(on),
                on.state().counters().checks(),
                SafeText.logged(why));
        monitorEvents.say(
                EventType.MONITORING_STOPPED,
                Optional.of(on.promotionId()),
                entry(on, why).payload());
    }

    private static String outcomeOf(PromotionWatch on) {
        return on.pending()
                .map(pending -> pending.action().wireName())
                .orElse(on.state().outcome().wireName());
    }
}

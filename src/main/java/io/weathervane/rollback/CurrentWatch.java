package io.weathervane.rollback;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditKind;
import io.weathervane.audit.NewAuditEvent;
import io.weathervane.event.EventType;
import io.weathervane.monitor.WatchOutcome;
import io.weathervane.monitor.WatchState;
import io.weathervane.rollback.MonitorStatus.LastDecision;
import io.weathervane.util.SafeText;
import io.weathervane.watch.MonitorJson;
import io.weathervane.watch.WatchRecord;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The watch over the newest promotion, and what was decided last. Read by any thread at any time; changed only by the
 * caller that has the {@link ActionLock turn}.
 */
final class CurrentWatch implements DecisionExecutor.ActionRecorder {
    private static final Logger LOG = LoggerFactory.getLogger("RollbackMonitor");

    private final DeferredWatchWriter watchWriter;
    private final MonitorEventPublisher monitorEvents;
    private volatile Optional<WatchRecord> watch = Optional.empty();
    private volatile Optional<LastDecision> lastDecision = Optional.empty();

    CurrentWatch(DeferredWatchWriter watchWriter, MonitorEventPublisher monitorEvents) {
        this.watchWriter = watchWriter;
        this.monitorEvents = monitorEvents;
    }

    Optional<WatchRecord> now() {
        return watch;
    }

    void set(WatchRecord newest) {
        watch = Optional.of(newest);
        monitorEvents.changed();
    }

    Optional<LastDecision> lastDecision() {
        return lastDecision;
    }

    void decided(LastDecision newest) {
        lastDecision = Optional.of(newest);
        monitorEvents.changed();
    }

    /** Begins the watch over a promotion that is done and recorded. */
    void begin(WatchRecord begun) {
        lastDecision = Optional.empty();
        set(begun);
        LOG.info(
                "Starting post-promotion health monitoring promotion={} worker={} previous={} until={}",
                begun.promotionId(),
                begun.state().worker(),
                begun.from().orElse("none"),
                begun.state().schedule().deadline());
    }

    /** Takes note that the watch was ended and recorded by the caller, which has the turn. */
    void ended(WatchRecord stopped, String why) {
        set(stopped);
        announceStop(stopped, why);
    }

    @Override
    public void keep(WatchRecord decided, String why) {
        watchWriter.handOver(decided, List.of(stopEntry(decided, why)));
    }

    /** Ends a watch for a reason that lies outside of it. */
    void stop(WatchRecord on, WatchOutcome outcome, String why) {
        WatchRecord stopped = on.with(on.state().ended(outcome));
        set(stopped);
        watchWriter.write(Optional.of(stopped), List.of(stopEntry(stopped, why)));
        announceStop(stopped, why);
    }

    @Override
    public void finish(Optional<WatchRecord> decided, WatchOutcome outcome, List<NewAuditEvent> entries) {
        Optional<WatchRecord> finished =
                decided.map(on -> on.with(on.state().ended(outcome)).done());
        finished.ifPresent(this::set);
        watchWriter.write(finished, entries);
    }

    @Override
    public void publish(EventType type, Optional<String> promotionId, ObjectNode payload) {
        monitorEvents.publish(type, promotionId, payload);
    }

    @Override
    public void announceStop(WatchRecord on, String why) {
        LOG.info(
                "post-promotion health monitoring stopped promotion={} worker={} outcome={} checks={} why=\"{}\"",
                on.promotionId(),
                on.state().worker(),
                outcomeOf(on),
                on.state().counters().checks(),
                SafeText.logged(why));
        publish(
                EventType.MONITORING_STOPPED,
                Optional.of(on.promotionId()),
                stopEntry(on, why).payload());
    }

    /** @param reason why it ended so, for the reader of the entry */
    static NewAuditEvent stopEntry(WatchRecord on, String why, String reason) {
        NewAuditEvent event = stopEntry(on, why);
        event.payload().put("reason", reason);
        return event;
    }

    static NewAuditEvent stopEntry(WatchRecord on, String why) {
        WatchState state = on.state();
        return NewAuditEvent.forPromotion(
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

    private static String outcomeOf(WatchRecord on) {
        return on.pending()
                .map(pending -> pending.action().wireName())
                .orElse(on.state().outcome().wireName());
    }
}

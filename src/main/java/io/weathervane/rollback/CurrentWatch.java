package io.weathervane.rollback;

import io.weathervane.audit.AuditEntry;
import io.weathervane.monitor.Outcome;
import io.weathervane.rollback.MonitorStatus.LastDecision;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The watch over the newest promotion, and what was decided last. Read by any thread at any time; changed only by the
 * caller that has the {@link ActionLock turn}.
 */
final class CurrentWatch {
    private static final Logger LOG = LoggerFactory.getLogger("RollbackMonitor");

    private final RetryingJournal journal;
    private final MonitorEvents monitorEvents;
    private volatile Optional<PromotionWatch> watch = Optional.empty();
    private volatile Optional<LastDecision> lastDecision = Optional.empty();

    CurrentWatch(RetryingJournal journal, MonitorEvents monitorEvents) {
        this.journal = journal;
        this.monitorEvents = monitorEvents;
    }

    Optional<PromotionWatch> now() {
        return watch;
    }

    void set(PromotionWatch newest) {
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
    void begin(PromotionWatch begun) {
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
    void ended(PromotionWatch stopped, String why) {
        set(stopped);
        MonitoringStop.announce(monitorEvents, stopped, why);
    }

    /** From here on a restart finishes what was decided; that it is written is not waited for. */
    void keep(PromotionWatch decided, String why) {
        journal.handOver(decided, List.of(MonitoringStop.entry(decided, why)));
    }

    /** Ends a watch for a reason that lies outside of it. */
    void stop(PromotionWatch on, Outcome outcome, String why) {
        PromotionWatch stopped = on.with(on.state().ended(outcome));
        set(stopped);
        journal.write(Optional.of(stopped), List.of(MonitoringStop.entry(stopped, why)));
        MonitoringStop.announce(monitorEvents, stopped, why);
    }

    /** Ends a watch whose decision has been carried out, and records what was done. */
    void finish(Optional<PromotionWatch> decided, Outcome outcome, List<AuditEntry> entries) {
        Optional<PromotionWatch> finished =
                decided.map(on -> on.with(on.state().ended(outcome)).done());
        finished.ifPresent(this::set);
        journal.write(finished, entries);
    }
}

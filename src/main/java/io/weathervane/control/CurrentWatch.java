package io.weathervane.control;

import io.weathervane.audit.AuditEntry;
import io.weathervane.control.MonitorStatus.LastDecision;
import io.weathervane.monitor.Outcome;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The watch over the newest promotion, and what was decided last. Read by any thread at any time; changed only by the
 * caller that has the {@link Turns turn}.
 */
final class CurrentWatch {
    private static final Logger LOG = LoggerFactory.getLogger("RollbackMonitor");

    private final Ledger ledger;
    private final Bulletin bulletin;
    private volatile Optional<Watch> watch = Optional.empty();
    private volatile Optional<LastDecision> lastDecision = Optional.empty();

    CurrentWatch(Ledger ledger, Bulletin bulletin) {
        this.ledger = ledger;
        this.bulletin = bulletin;
    }

    Optional<Watch> now() {
        return watch;
    }

    void set(Watch newest) {
        watch = Optional.of(newest);
        bulletin.changed();
    }

    Optional<LastDecision> lastDecision() {
        return lastDecision;
    }

    void decided(LastDecision newest) {
        lastDecision = Optional.of(newest);
        bulletin.changed();
    }

    /** Begins the watch over a promotion that is done and recorded. */
    void begin(Watch begun) {
        lastDecision = Optional.empty();
        set(begun);
        LOG.info(
                "Starting post-promotion health monitoring promotion={} worker={} previous={} until={}",
                begun.promotionId(),
                begun.state().worker(),
                begun.from().orElse("none"),
                begun.state().deadline());
    }

    /** Takes note that the watch was ended and recorded by the caller, which has the turn. */
    void ended(Watch stopped, String why) {
        set(stopped);
        MonitoringStop.announce(bulletin, stopped, why);
    }

    /** From here on a restart finishes what was decided; that it is written is not waited for. */
    void keep(Watch decided, String why) {
        ledger.handOver(decided, List.of(MonitoringStop.entry(decided, why)));
    }

    /** Ends a watch for a reason that lies outside of it. */
    void stop(Watch on, Outcome outcome, String why) {
        Watch stopped = on.with(on.state().ended(outcome));
        set(stopped);
        ledger.write(Optional.of(stopped), List.of(MonitoringStop.entry(stopped, why)));
        MonitoringStop.announce(bulletin, stopped, why);
    }

    /** Ends a watch whose decision has been carried out, and records what was done. */
    void finish(Optional<Watch> decided, Outcome outcome, List<AuditEntry> entries) {
        Optional<Watch> finished =
                decided.map(on -> on.with(on.state().ended(outcome)).done());
        finished.ifPresent(this::set);
        ledger.write(finished, entries);
    }
}

package io.weathervane.alert;

import io.weathervane.audit.AuditLog;
import io.weathervane.audit.DeferredAuditEntry;
import io.weathervane.store.Database;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Sends an alert to every webhook for each rollback, escalation, kill switch, worker exit and database
 * trouble in the audit. What is not delivered stays in the database, through restarts and dead receivers;
 * a receiver may get one alert twice (a crash between its answer and our note) and knows it by its id.
 */
public final class WebhookAlerts implements AutoCloseable {
    /** What waits for the audit for longer than this is sent past it. */
    private static final Duration DIRECT_AFTER = Duration.ofSeconds(1);

    private final List<WebhookDeliveryLoop> loops;

    private WebhookAlerts(List<WebhookDeliveryLoop> loops) {
        this.loops = loops;
    }

    /**
     * Starts one thread for each sink.
     *
     * @param unwritten what has happened and is on its way to the audit by another way than the audit's own
     * @param redact takes secrets out of texts before they are stored
     */
    public static WebhookAlerts start(
            Database database,
            AuditLog audit,
            List<WebhookSinkConfig> sinks,
            AlertRetryOptions options,
            UnaryOperator<String> redact,
            Clock clock,
            Supplier<Optional<DeferredAuditEntry>> unwritten) {
        AlertOutbox outbox = new AlertOutbox(database, audit, redact);
        sinks.forEach(sink -> outbox.register(sink.name()));
        Supplier<List<Alert>> notInAudit = () -> notInAudit(database, audit, outbox.text(), unwritten);
        List<WebhookDeliveryLoop> loops = sinks.stream()
                .map(sink -> new WebhookDeliveryLoop(sink, outbox, notInAudit, options, clock))
                .toList();
        WebhookAlerts alerts = new WebhookAlerts(loops);
        loops.forEach(WebhookDeliveryLoop::start);
        audit.onAppend(event -> alerts.wake());
        database.deferredWrites().onTrouble(alerts::wake);
        return alerts;
    }

    private static List<Alert> notInAudit(
            Database database,
            AuditLog audit,
            AlertFactory alertFactory,
            Supplier<Optional<DeferredAuditEntry>> unwritten) {
        if (!database.deferredWrites().lag().degraded()) {
            return List.of();
        }
        return Stream.concat(audit.waiting(DIRECT_AFTER).stream(), unwritten.get().stream())
                .flatMap(deferred -> alertFactory.of(deferred.event(), deferred.at(), Optional.empty()).stream())
                .toList();
    }

    /** Delivery status of each receiver, in the order of the configuration. */
    public List<WebhookSinkStatus> status() {
        return loops.stream().map(WebhookDeliveryLoop::status).toList();
    }

    /** Problems of the receivers, a sentence each; waits for nothing. */
    public List<String> problems() {
        return loops.stream().flatMap(loop -> loop.problems().stream()).toList();
    }

    /** Says that there may be something to send. */
    public void wake() {
        loops.forEach(WebhookDeliveryLoop::wake);
    }

    @Override
    public void close() {
        loops.forEach(WebhookDeliveryLoop::close);
    }
}

package io.weathervane.alert;

import io.weathervane.audit.AuditLog;
import io.weathervane.store.Database;
import java.time.Clock;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Sends an alert to every webhook for each rollback, escalation, kill switch, worker exit and database
 * trouble in the audit. What is not delivered stays in the database, through restarts and dead receivers;
 * a receiver may get one alert twice (a crash between its answer and our note) and knows it by its id.
 */
public final class WebhookAlerts implements AutoCloseable {
    private final AlertOutbox outbox;
    private final List<SinkLoop> loops;

    private WebhookAlerts(AlertOutbox outbox, List<SinkLoop> loops) {
        this.outbox = outbox;
        this.loops = loops;
    }

    /**
     * Starts one thread for each sink.
     *
     * @param redact takes secrets out of texts before they are stored
     */
    public static WebhookAlerts start(
            Database database,
            AuditLog audit,
            List<WebhookSink> sinks,
            AlertOptions options,
            UnaryOperator<String> redact,
            Clock clock) {
        AlertOutbox outbox = new AlertOutbox(database, audit, redact);
        sinks.forEach(sink -> outbox.register(sink.name()));
        List<SinkLoop> loops = sinks.stream()
                .map(sink -> new SinkLoop(sink, outbox, options, clock))
                .toList();
        WebhookAlerts alerts = new WebhookAlerts(outbox, loops);
        loops.forEach(SinkLoop::start);
        audit.onAppend(event -> alerts.wake());
        return alerts;
    }

    /** How each receiver does, in the order of the configuration. */
    public List<SinkStatus> status() {
        return loops.stream().map(loop -> outbox.status(loop.name())).toList();
    }

    /** Says that there may be something to send. */
    public void wake() {
        loops.forEach(SinkLoop::wake);
    }

    @Override
    public void close() {
        loops.forEach(SinkLoop::close);
    }
}

package io.weathervane.alert;

import java.time.Clock;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Sends an alert to every webhook for each rollback, escalation, kill switch, worker exit and database
 * trouble in the audit. What is not delivered stays in the database, through restarts and dead receivers;
 * a receiver may get one alert twice (a crash between its answer and our note) and knows it by its id.
 */
public final class WebhookAlerts implements AutoCloseable {
    private final AlertOutbox outbox;
    private final Function<WebhookSinkConfig, WebhookDeliveryLoop> delivery;
    private volatile Map<WebhookSinkConfig, WebhookDeliveryLoop> loops = Map.of();
    private boolean closed;

    private WebhookAlerts(AlertOutbox outbox, Function<WebhookSinkConfig, WebhookDeliveryLoop> delivery) {
        this.outbox = outbox;
        this.delivery = delivery;
    }

    /**
     * Starts one thread for each sink.
     *
     * @param redact takes secrets out of texts before they are stored
     */
    public static WebhookAlerts start(
            AlertSource source,
            List<WebhookSinkConfig> sinks,
            AlertRetryOptions options,
            UnaryOperator<String> redact,
            Clock clock) {
        AlertOutbox outbox = new AlertOutbox(source.database(), source.audit(), redact);
        Supplier<List<Alert>> notInAudit = () -> source.notInAudit(outbox.text());
        WebhookAlerts alerts =
                new WebhookAlerts(outbox, sink -> new WebhookDeliveryLoop(sink, outbox, notInAudit, options, clock));
        alerts.prepare(sinks).run();
        source.audit().onAppend(event -> alerts.wake());
        source.database().deferredWrites().onTrouble(alerts::wake);
        return alerts;
    }

    /**
     * Makes the receivers of a configuration known; what is returned sends to them, and to no others any longer. An alert
     * that is being sent to one that is left may be sent to the end, for a limited time.
     *
     * @throws io.weathervane.store.StoreException when they cannot be written
     */
    public Runnable prepare(List<WebhookSinkConfig> sinks) {
        sinks.stream().filter(sink -> !loops.containsKey(sink)).forEach(sink -> outbox.register(sink.name()));
        return () -> replace(sinks);
    }

    /** The sinks that are the same go on as they are; one whose secret has changed has one loop at a time, too. */
    private synchronized void replace(List<WebhookSinkConfig> sinks) {
        if (closed) {
            return;
        }
        Map<WebhookSinkConfig, WebhookDeliveryLoop> before = loops;
        before.forEach((sink, loop) -> {
            if (!sinks.contains(sink)) {
                loop.close();
            }
        });
        Map<WebhookSinkConfig, WebhookDeliveryLoop> now = new LinkedHashMap<>();
        sinks.forEach(
                sink -> now.put(sink, Optional.ofNullable(before.get(sink)).orElseGet(() -> started(sink))));
        loops = Collections.unmodifiableMap(now);
    }

    private WebhookDeliveryLoop started(WebhookSinkConfig sink) {
        WebhookDeliveryLoop loop = delivery.apply(sink);
        loop.start();
        return loop;
    }

    /** Delivery status of each receiver, in the order of the configuration. */
    public List<WebhookSinkStatus> status() {
        return loops.values().stream().map(WebhookDeliveryLoop::status).toList();
    }

    /** Problems of the receivers, a sentence each; waits for nothing. */
    public List<String> problems() {
        return loops.values().stream().flatMap(loop -> loop.problems().stream()).toList();
    }

    /** Says that there may be something to send. */
    public void wake() {
        loops.values().forEach(WebhookDeliveryLoop::wake);
    }

    @Override
    public synchronized void close() {
        closed = true;
        loops.values().forEach(WebhookDeliveryLoop::close);
    }
}

package io.weathervane.app;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditKind;
import io.weathervane.audit.AuditLog;
import io.weathervane.audit.NewAuditEvent;
import io.weathervane.event.Event;
import io.weathervane.event.EventBus;
import io.weathervane.event.EventType;
import io.weathervane.reader.FlagReaders;
import io.weathervane.reader.ReadersReport;
import io.weathervane.tool.presentation.ReadersJson;
import io.weathervane.util.Threads;
import java.time.Duration;
import tools.jackson.databind.node.ObjectNode;

/**
 * Records of each engagement of the kill switch how many readers of the flags have acknowledged it, and who has not: once every one
 * has, or after {@link #WAIT_MAX}. An engagement waits for none of it; one without any reader has nothing to record.
 */
final class KillAcknowledgementRecorder implements AutoCloseable {
    /** How long readers have before those that are missing are recorded: 10 s, in which a provider that was cut off comes back. */
    static final Duration WAIT_MAX = Duration.ofSeconds(10);

    private final FlagReaders readers;
    private final AuditLog audit;
    private final EventBus.Subscription subscription;
    private final Object lock = new Object();
    private boolean again;
    private boolean closed;
    private Thread waiting = Threads.daemon("kill-readers", () -> {});

    private KillAcknowledgementRecorder(FlagReaders readers, AuditLog audit, EventBus events) {
        this.readers = readers;
        this.audit = audit;
        this.subscription = events.subscribe(this::heard);
    }

    /** Records from now on. */
    static KillAcknowledgementRecorder follow(FlagReaders readers, AuditLog audit, EventBus events) {
        return new KillAcknowledgementRecorder(readers, audit, events);
    }

    private void heard(Event event) {
        if (event.type() != EventType.KILL_SWITCH_ACTIVATED) {
            return;
        }
        synchronized (lock) {
            again = true;
            if (!closed && !waiting.isAlive()) {
                waiting = Threads.daemon("kill-readers", this::run);
                waiting.start();
            }
        }
    }

    private void run() {
        while (takeNext()) {
            try {
                record(readers.await(WAIT_MAX));
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private boolean takeNext() {
        synchronized (lock) {
            boolean next = again && !closed;
            again = false;
            return next;
        }
    }

    private void record(ReadersReport report) {
        if (report.readers() == 0) {
            return;
        }
        ObjectNode payload = ReadersJson.of(report).put("reason", report.sentence());
        audit.appendLate(NewAuditEvent.of(AuditKind.KILL_SWITCH_ACKNOWLEDGED, Actor.SYSTEM, payload));
    }

    /** What is waited for still is not recorded. */
    @Override
    public void close() {
        subscription.close();
        synchronized (lock) {
            closed = true;
            waiting.interrupt();
        }
        Threads.join(waiting);
    }
}

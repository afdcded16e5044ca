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
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Records of each engagement of the kill switch how many readers of the flags have acknowledged it, and who has not: once every one
 * has, or after {@link #WAIT_MAX}. An engagement waits for none of it; one without any reader has nothing to record.
 */
final class KillAcknowledgementRecorder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("LiveFlags");

    /** How long readers have before those that are missing are recorded: 10 s, in which a provider that was cut off comes back. */
    static final Duration WAIT_MAX = Duration.ofSeconds(10);

    private final FlagReaders readers;
    private final AuditLog audit;
    private final EventBus.Subscription subscription;
    private final ReentrantLock lock = new ReentrantLock();
    private Optional<Thread> waiting = Optional.empty();
    private boolean again;
    private boolean closed;

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
        if (event.type() == EventType.KILL_SWITCH_ACTIVATED) {
            engaged();
        }
    }

    /** One that comes while another is waited for is waited for after it. */
    private void engaged() {
        lock.lock();
        try {
            again = true;
            if (waiting.isEmpty() && !closed) {
                Thread next = Threads.daemon("kill-readers", this::run);
                waiting = Optional.of(next);
                next.start();
            }
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            while (takeNext()) {
                record(readers.await(WAIT_MAX));
            }
        } catch (InterruptedException e) {
            LOG.debug("the end of the server has come before the acknowledgements");
        }
    }

    /** Whether there is another one; where there is none, this thread is done with. */
    private boolean takeNext() {
        lock.lock();
        try {
            boolean next = again && !closed;
            again = false;
            waiting = next ? waiting : Optional.empty();
            return next;
        } finally {
            lock.unlock();
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
        Optional<Thread> last;
        lock.lock();
        try {
            closed = true;
            last = waiting;
        } finally {
            lock.unlock();
        }
        last.ifPresent(Thread::interrupt);
        last.ifPresent(Threads::join);
    }
}

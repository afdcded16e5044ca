package io.weathervane.alert;

import io.weathervane.store.StoreException;
import io.weathervane.util.Threads;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread that serves one sink, so that a receiver that hangs holds up nobody else. */
final class SinkLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WebhookAlerts.class);

    /** Most alerts sent between two looks at the audit. */
    private static final int BATCH_MAX = 20;

    /** Tries after which an alert that the receiver refuses (4xx) is given up. */
    static final int REFUSED_TRIES_MAX = 3;

    /** Longest wait without a look, for what no wake told of. */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

    private final String name;
    private final AlertOutbox outbox;
    private final Delivery delivery;
    private final AlertOptions options;
    private final Clock clock;
    private final Semaphore wakes = new Semaphore(0);
    private final Thread thread;
    private final CountDownLatch closing = new CountDownLatch(1);

    SinkLoop(WebhookSink sink, AlertOutbox outbox, AlertOptions options, Clock clock) {
        this.name = sink.name();
        this.outbox = outbox;
        this.delivery = new Delivery(sink, clock);
        this.options = options;
        this.clock = clock;
        this.thread = Threads.loop("alerts-" + name, this::run);
    }

    void start() {
        thread.start();
    }

    void wake() {
        wakes.release();
    }

    String name() {
        return name;
    }

    @Override
    public void close() {
        closing.countDown();
        thread.interrupt();
        try {
            thread.join(LOOK_EVERY.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (closing.getCount() > 0) {
                guarded();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void guarded() throws InterruptedException {
        try {
            pass();
        } catch (StoreException e) {
            LOG.warn("alerts wait for the database sink={} reason={}", name, e.getMessage());
            pause(LOOK_EVERY);
        } catch (RuntimeException e) {
            LOG.error("alerts failed sink={}", name, e);
            pause(LOOK_EVERY);
        }
    }

    private void pass() throws InterruptedException {
        wakes.drainPermits();
        boolean more = outbox.fill(name);
        Instant now = clock.instant();
        Instant tooFar = now.plus(options.retryMax().multipliedBy(2));
        int sent = 0;
        for (PendingAlert alert : outbox.due(name, now, tooFar, BATCH_MAX)) {
            sent++;
            if (closing.getCount() == 0 || !deliver(alert)) {
                break;
            }
        }
        if (!more && sent < BATCH_MAX) {
            await();
        }
    }

    /** Whether the sink can be sent to any further. */
    private boolean deliver(PendingAlert alert) throws InterruptedException {
        Delivery.Answer answer = delivery.send(alert);
        int tries = alert.tries() + 1;
        switch (answer.kind()) {
            case DELIVERED -> outbox.delivered(name, alert);
            case REFUSED -> {
                if (tries >= REFUSED_TRIES_MAX) {
                    outbox.givenUp(name, alert, answer.detail());
                    LOG.error(
                            "alert given up sink={} seq={} tries={} reason={}",
                            name,
                            alert.seq(),
                            tries,
                            answer.detail());
                } else {
                    retry(alert, tries, answer);
                }
            }
            case BUSY -> retry(alert, tries, answer);
            case UNREACHABLE -> {
                Duration wait = retry(alert, tries, answer);
                pause(wait);
                return false;
            }
        }
        return true;
    }

    private Duration retry(PendingAlert alert, int tries, Delivery.Answer answer) {
        Duration own = options.retryAfter(tries, ThreadLocalRandom.current().nextDouble());
        Duration asked = answer.retryAfter().orElse(own);
        Duration capped = asked.compareTo(options.retryMax()) > 0 ? options.retryMax() : asked;
        Duration wait = capped.compareTo(own) > 0 ? capped : own;
        outbox.failed(name, alert, clock.instant().plus(wait), answer.detail());
        LOG.warn(
                "alert not delivered sink={} seq={} tries={} retryIn={}ms reason={}",
                name,
                alert.seq(),
                tries,
                wait.toMillis(),
                answer.detail());
        return wait;
    }

    private void await() throws InterruptedException {
        long untilNext = outbox.nextTry(name)
                .map(next -> Duration.between(clock.instant(), next).toMillis())
                .orElse(LOOK_EVERY.toMillis());
        long wait = Math.max(1, Math.min(untilNext, LOOK_EVERY.toMillis()));
        if (wakes.tryAcquire(wait, TimeUnit.MILLISECONDS)) {
            wakes.drainPermits();
        }
    }

    /** A wait that no new alert ends, only the close. */
    private void pause(Duration wait) throws InterruptedException {
        if (closing.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new InterruptedException("closing");
        }
    }
}

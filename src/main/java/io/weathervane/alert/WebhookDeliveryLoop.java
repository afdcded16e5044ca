package io.weathervane.alert;

import io.weathervane.store.StoreException;
import io.weathervane.store.WriteReceipt;
import io.weathervane.util.Threads;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that serves one sink, so that a receiver that hangs holds up no other. Each alert waits for its own next
 * try: one that the receiver cannot take lets the others pass. While the audit cannot be written, what is on its way there
 * is sent past the outbox.
 */
final class WebhookDeliveryLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WebhookAlerts.class);

    /** Most alerts sent between two looks at the audit. */
    private static final int BATCH_MAX = 20;

    /** Tries after which an alert that the receiver refuses (400, 410) is abandoned. */
    static final int REFUSED_TRIES_MAX = 3;

    /** Failures in a row after which the receiver, not the alert, is thought to be the reason, and has a pause. */
    private static final int SICK_AFTER = 3;

    /** Longest wait without a look, for what no wake told of. */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

    /** The same while the database does not answer or cannot be written. */
    private static final Duration LOOK_IN_TROUBLE = Duration.ofMillis(500);

    /** An alert that waits for longer than this makes the sink one that lags: 1 min. */
    private static final Duration LAG_MAX = Duration.ofMinutes(1);

    private final String name;
    private final AlertOutbox outbox;
    private final Supplier<List<Alert>> notInAudit;
    private final WebhookSender sender;
    private final AlertRetryOptions options;
    private final Clock clock;
    private final DeliveryAttemptCache attempts = new DeliveryAttemptCache();
    private final Semaphore wakes = new Semaphore(0);
    private final Thread thread;
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile WebhookSinkStatus lastStatus;
    private volatile long abandonedLately;

    /** Given up, and not in the database as such yet; there is a row for it when it has one to wait for. By id. */
    private final Map<String, Optional<WriteReceipt>> unrecorded = new ConcurrentHashMap<>();

    /** Of those, the ones that the next look at the database finds there; by this thread only. */
    private final Set<String> recorded = new HashSet<>();

    private volatile Optional<String> directFailure = Optional.empty();
    private volatile Optional<String> failing = Optional.empty();
    private volatile boolean trouble;

    /** @param notInAudit what has happened and cannot be found in the audit, because that cannot be written */
    WebhookDeliveryLoop(
            WebhookSinkConfig sink,
            AlertOutbox outbox,
            Supplier<List<Alert>> notInAudit,
            AlertRetryOptions options,
            Clock clock) {
        this.name = sink.name();
        this.outbox = outbox;
        this.notInAudit = notInAudit;
        this.sender = new WebhookSender(sink, clock);
        this.options = options;
        this.clock = clock;
        this.lastStatus = new WebhookSinkStatus(name, 0, 0, 0, Optional.empty(), Optional.empty());
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

    /** How the receiver does; what was known last when the database does not answer. */
    WebhookSinkStatus status() {
        try {
            lastStatus = outbox.status(name);
        } catch (StoreException e) {
            LOG.debug("the state of the alerts is the last known one sink={}", name, e);
        }
        return shown();
    }

    /** The database has what was abandoned as pending, or not at all, as long as it cannot be written. */
    private WebhookSinkStatus shown() {
        WebhookSinkStatus known = lastStatus;
        long rows = unrecorded.values().stream().filter(Optional::isPresent).count();
        return new WebhookSinkStatus(
                known.name(),
                Math.max(0, known.pending() - rows),
                known.delivered(),
                known.abandoned() + unrecorded.size(),
                known.oldestPending().filter(at -> known.pending() > rows),
                known.lastError());
    }

    /** What is not well with this receiver, a sentence each, as this thread found it last; does no I/O. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        WebhookSinkStatus status = shown();
        Instant now = clock.instant();
        Optional<Instant> oldest = status.oldestPending();
        Optional<Instant> lagging = oldest.filter(at -> at.plus(LAG_MAX).isBefore(now));
        oldest.filter(at -> lagging.isEmpty())
                .flatMap(at -> failing)
                .ifPresent(why -> problems.add("alerts to " + name + " fail and are tried again: " + status.pending()
                        + (status.pending() == 1 ? " waits" : " wait") + "; last error: " + why));
        lagging.ifPresent(at -> problems.add("alerts to " + name + " lag: " + status.pending()
                + " wait, the oldest since " + at
                + status.lastError().map(why -> "; last error: " + why).orElse("")));
        long abandoned = abandonedLately + unrecorded.size();
        if (abandoned > 0) {
            problems.add(abandoned + " alerts to " + name + " were abandoned in the last 24 h"
                    + status.lastError().map(why -> "; last error: " + why).orElse(""));
        }
        if (trouble) {
            problems.add("alerts to " + name
                    + " are sent past the database; their numbers are the last known ones, it does not answer");
        }
        directFailure.ifPresent(why ->
                problems.add("alerts to " + name + " are sent past the database, and not delivered yet: " + why));
        return problems;
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
        } catch (RuntimeException e) {
            LOG.error("alerts failed sink={}", name, e);
            pause(LOOK_EVERY);
        }
    }

    private void pass() throws InterruptedException {
        wakes.drainPermits();
        boolean more = fill();
        List<PendingAlert> due = new ArrayList<>(waiting());
        boolean batchFull = due.size() >= BATCH_MAX;
        List<Alert> past = notInAudit.get();
        past.stream().map(WebhookDeliveryLoop::direct).filter(this::isDue).forEach(due::add);
        due.sort(PendingAlert.BY_URGENCY);
        boolean well = deliver(due);
        if (past.stream().allMatch(alert -> attempts.isSettled(alert.id()))) {
            directFailure = Optional.empty();
        }
        look();
        if (!well) {
            pause(options.firstRetry());
        } else if (!more && !batchFull) {
            await(!past.isEmpty());
        }
    }

    private boolean fill() {
        try {
            Set<String> filled = new HashSet<>();
            boolean more = outbox.fill(name, id -> {
                filled.add(id);
                return attempts.of(id);
            });
            recorded.addAll(filled);
            trouble = false;
            return more;
        } catch (StoreException e) {
            if (!trouble) {
                LOG.warn("alerts go past the database sink={} reason={}", name, e.getMessage());
            }
            trouble = true;
            return false;
        }
    }

    private List<PendingAlert> waiting() {
        Instant now = clock.instant();
        Instant tooFar = now.plus(options.retryMax().multipliedBy(2));
        try {
            return outbox.due(name, now, tooFar, BATCH_MAX + attempts.size()).stream()
                    .filter(this::isDue)
                    .map(alert -> alert.triedSoOften(attempts.triesOf(alert)))
                    .limit(BATCH_MAX)
                    .toList();
        } catch (StoreException e) {
            trouble = true;
            return List.of();
        }
    }

    private static PendingAlert direct(Alert alert) {
        return new PendingAlert(0, alert.id(), alert.at(), alert.critical(), alert.body(), 0);
    }

    private boolean isDue(PendingAlert alert) {
        return !attempts.isSettled(alert.id())
                && attempts.nextTry(alert.id())
                        .filter(next -> isAhead(next, clock.instant()))
                        .isEmpty();
    }

    /** A time too far off to be ours was set before the clock went back. */
    private boolean isAhead(Instant next, Instant now) {
        return next.isAfter(now) && next.isBefore(now.plus(options.retryMax().multipliedBy(2)));
    }

    /** Whether the receiver can be sent to any further. */
    private boolean deliver(List<PendingAlert> due) throws InterruptedException {
        int failures = 0;
        for (PendingAlert alert : due) {
            if (closing.getCount() == 0) {
                return true;
            }
            failures = deliver(alert.triedSoOften(attempts.triesOf(alert))) ? 0 : failures + 1;
            if (failures >= SICK_AFTER) {
                return false;
            }
        }
        return true;
    }

    private boolean deliver(PendingAlert alert) throws InterruptedException {
        WebhookSender.Answer answer = sender.send(alert);
        int tries = alert.tries() + 1;
        if (answer.kind() == WebhookSender.Kind.DELIVERED) {
            attempts.delivered(alert);
            outbox.delivered(name, alert);
            return true;
        }
        boolean refused = answer.kind() == WebhookSender.Kind.REFUSED && tries >= REFUSED_TRIES_MAX;
        boolean old = alert.at().plus(AlertRetryOptions.GIVE_UP_AFTER).isBefore(clock.instant()) && tries > 1;
        if (refused || old) {
            giveUp(alert, tries, answer);
        } else {
            retry(alert, tries, answer);
        }
        return false;
    }

    private void giveUp(PendingAlert alert, int tries, WebhookSender.Answer answer) {
        Instant now = clock.instant();
        attempts.abandoned(alert, now, answer.detail());
        unrecorded.put(alert.id(), outbox.abandoned(name, alert, answer.detail(), now));
        LOG.error("alert abandoned sink={} id={} tries={} reason={}", name, alert.id(), tries, answer.detail());
    }

    private void retry(PendingAlert alert, int tries, WebhookSender.Answer answer) {
        Duration own = options.retryAfter(tries, ThreadLocalRandom.current().nextDouble());
        Duration asked = answer.retryAfter().orElse(own);
        Duration capped = asked.compareTo(options.retryMax()) > 0 ? options.retryMax() : asked;
        Duration wait = capped.compareTo(own) > 0 ? capped : own;
        Instant next = clock.instant().plus(wait);
        attempts.failed(alert, next, answer.detail());
        outbox.failed(name, alert, next, answer.detail());
        if (alert.direct()) {
            directFailure = Optional.of(answer.detail());
        }
        LOG.warn(
                "alert not delivered sink={} id={} tries={} retryIn={}ms reason={}",
                name,
                alert.id(),
                tries,
                wait.toMillis(),
                answer.detail());
    }

    /** Has the state at hand for those who must not wait for the database. */
    private void look() {
        unrecorded.forEach((id, row) -> row.filter(WriteReceipt::isDone).ifPresent(done -> recorded.add(id)));
        try {
            lastStatus = outbox.status(name);
            failing = attempts.failing();
            abandonedLately = outbox.abandonedLately(name, clock.instant());
            unrecorded.keySet().removeAll(recorded);
            recorded.clear();
        } catch (StoreException e) {
            trouble = true;
        }
    }

    private void await(boolean direct) throws InterruptedException {
        Duration look = trouble || direct ? LOOK_IN_TROUBLE : LOOK_EVERY;
        long wait = Math.max(1, Math.min(untilNext(look), look.toMillis()));
        if (wakes.tryAcquire(wait, TimeUnit.MILLISECONDS)) {
            wakes.drainPermits();
        }
    }

    private long untilNext(Duration look) {
        try {
            return outbox.nextTry(name)
                    .map(next -> Duration.between(clock.instant(), next).toMillis())
                    // What is settled but not written yet looks due all the time.
                    .map(millis -> millis <= 0 ? LOOK_IN_TROUBLE.toMillis() : millis)
                    .orElse(look.toMillis());
        } catch (StoreException e) {
            return look.toMillis();
        }
    }

    /** A wait that no new alert ends, only the close. */
    private void pause(Duration wait) throws InterruptedException {
        if (closing.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new InterruptedException("closing");
        }
    }
}

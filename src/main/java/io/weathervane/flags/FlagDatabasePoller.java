package io.weathervane.flags;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditKind;
import io.weathervane.audit.NewAuditEvent;
import io.weathervane.event.Event;
import io.weathervane.event.EventBus;
import io.weathervane.event.EventType;
import io.weathervane.store.NextExternalCommitPredictor;
import io.weathervane.store.StoreException;
import io.weathervane.util.Stopwatch;
import io.weathervane.util.Threads;
import io.weathervane.util.Ticker;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The loop that follows the database: looks whether anything was committed, takes it in, makes up for writes that
 * failed, and falls back to the safe defaults when the database cannot be read for too long. All its fields belong
 * to its one thread.
 */
final class FlagDatabasePoller implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LiveFlags.class);

    private static final Duration HEARTBEAT = Duration.ofSeconds(30);

    /**
     * What others changed is in effect at once and written when they pause, for one poll or, when they come in a row, for
     * longer (see {@link NextExternalCommitPredictor}); about this long after the first change at the latest. A row that follows within
     * milliseconds, by a program without a busy time-out, finds the lock free.
     */
    private static final Duration WRITE_AFTER_MAX = Duration.ofSeconds(3);

    /** After so long it is written although that keeps others from writing for as long as it takes to compute. */
    private static final Duration INSIST = Duration.ofSeconds(2);

    /** The same while others change the database in a row. */
    private static final Duration INSIST_IN_A_ROW = Duration.ofSeconds(9);

    /** Between two attempts at a write that failed. */
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /** Between two log lines about the same lasting trouble. */
    private static final Duration COMPLAIN_AFTER = Duration.ofMinutes(1);

    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

    private final FlagStore store;
    private final FlagCache cache;
    private final EventBus events;
    private final Clock clock;
    private final Ticker ticker;
    private final FlagPollingOptions options;
    private final Thread thread;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final List<LongConsumer> followers = new CopyOnWriteArrayList<>();

    private long seenVersion = Long.MIN_VALUE;
    private boolean unwritable;
    private Stopwatch readableTime;
    private Instant unwritableSince = Instant.EPOCH;
    private boolean unreadable;
    private boolean failSafe;
    private Stopwatch unreadableTime;
    private Instant unreadableSince = Instant.EPOCH;
    private boolean writePutOff;
    private Stopwatch putOffTime;
    private boolean writeOwed;
    private Stopwatch untilRetry;
    private Stopwatch untilComplaint;
    private Stopwatch untilHeartbeat;
    private long polls;
    private long changes;

    FlagDatabasePoller(
            FlagStore store, FlagCache cache, EventBus events, Clock clock, Ticker ticker, FlagPollingOptions options) {
        this.store = store;
        this.cache = cache;
        this.events = events;
        this.clock = clock;
        this.ticker = ticker;
        this.options = options;
        this.untilHeartbeat = new Stopwatch(ticker, HEARTBEAT);
        this.untilComplaint = new Stopwatch(ticker, Duration.ZERO);
        this.untilRetry = new Stopwatch(ticker, Duration.ZERO);
        this.readableTime = Stopwatch.startedAgo(ticker, options.unreadableLimit());
        this.unreadableTime = new Stopwatch(ticker);
        this.putOffTime = new Stopwatch(ticker);
        this.thread = Threads.loop("live-flags", this::run);
    }

    void start() {
        thread.start();
    }

    /** Has the follower told at each look; see {@link LiveFlags#followCommits}. */
    void addFollower(LongConsumer follower) {
        followers.add(follower);
    }

    private void tellFollowers(long version) {
        for (LongConsumer follower : followers) {
            try {
                follower.accept(version);
            } catch (RuntimeException e) {
                LOG.error("one who follows the database failed", e);
            }
        }
    }

    private void run() {
        try {
            while (!stopped.await(options.pollInterval().toNanos(), TimeUnit.NANOSECONDS)) {
                poll();
            }
        } catch (InterruptedException e) {
            LOG.debug("polling was interrupted, it ends", e);
        }
    }

    /** One look at the database; the loop is made of them. */
    void poll() {
        polls++;
        Stopwatch begun = new Stopwatch(ticker);
        try {
            follow(begun);
        } catch (StoreException e) {
            lost(begun, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("polling flags failed", e);
            lost(begun, e.toString());
        }
        publishWriteState();
        beat();
    }

    /** A database that can be read and not written is told of, too, after the same time. */
    private void publishWriteState() {
        Optional<String> why = store.unwritable(options.unreadableLimit());
        boolean longReadable = readableTime.hasRunFor(options.unreadableLimit());
        if (why.isPresent() && !unwritable && !unreadable && longReadable) {
            unwritable = true;
            unwritableSince = clock.instant().minus(options.unreadableLimit());
            LOG.error("the database cannot be written for {}: {}", options.unreadableLimit(), why.get());
            publish(EventType.STORE_DEGRADED, AuditKind.STORE_DEGRADED, why.get(), unwritableSince);
        } else if (why.isEmpty() && unwritable) {
            unwritable = false;
            publish(
                    EventType.STORE_RECOVERED,
                    AuditKind.STORE_RECOVERED,
                    "the database can be written again",
                    unwritableSince);
        }
    }

    private void follow(Stopwatch begun) {
        long version = store.dataVersion();
        tellFollowers(version);
        if (isQuiet(version) || isPutOff(version)) {
            return;
        }
        try {
            FlagStore.Followed followed = store.follow(cache, version != seenVersion || unreadable, writing(version));
            if (followed == FlagStore.Followed.NOT) {
                return;
            }
            if (followed == FlagStore.Followed.READ && !writePutOff) {
                putOffTime = begun;
            }
            writePutOff = followed == FlagStore.Followed.READ;
            writeOwed = false;
        } catch (FlagStore.WriteFailedException e) {
            writeFailed(String.valueOf(e.getMessage()));
        }
        changes += version == seenVersion ? 0 : 1;
        seenVersion = version;
        readable();
    }

    /** Whether nothing is new and what is to be written waits for a better time. */
    private boolean isPutOff(long version) {
        return writePutOff && version == seenVersion && !unreadable && writing(version) == FlagStore.Writing.NOT_YET;
    }

    private FlagStore.Writing writing(long version) {
        NextExternalCommitPredictor others = store.outsideChanges();
        boolean paused = version == seenVersion || others.pauseFor(options.pollInterval());
        boolean late = isPutOffFor(WRITE_AFTER_MAX);
        boolean inARow = others.inARow();
        if (!late && (!paused || inARow)) {
            return FlagStore.Writing.NOT_YET;
        }
        return isPutOffFor(inARow ? INSIST_IN_A_ROW : INSIST)
                ? FlagStore.Writing.BY_ALL_MEANS
                : FlagStore.Writing.IF_POSSIBLE;
    }

    private boolean isPutOffFor(Duration limit) {
        return writePutOff && putOffTime.hasRunFor(limit);
    }

    /** Whether no other program has committed since the last look and nothing waits to be written or read again. */
    private boolean isQuiet(long version) {
        boolean something = writeOwed ? untilRetry.passed() : cache.state().memoryOnly() != null || store.isInDoubt();
        return version == seenVersion && !unreadable && !writePutOff && !something;
    }

    private void writeFailed(String why) {
        writePutOff = false;
        writeOwed = true;
        untilRetry = new Stopwatch(ticker, RETRY_AFTER);
        cache.notDurable(why);
        if (untilComplaint.passed()) {
            untilComplaint = new Stopwatch(ticker, COMPLAIN_AFTER);
            LOG.warn("flags cannot be written, they are in effect and the write is tried again: {}", why);
        }
    }

    private void lost(Stopwatch begun, String why) {
        if (!unreadable) {
            unreadable = true;
            unreadableTime = begun;
            unreadableSince = clock.instant();
            LOG.warn("flags cannot be read, the last good ones are kept for {}: {}", options.unreadableLimit(), why);
        }
        boolean passed = unreadableTime.hasRunFor(options.unreadableLimit());
        cache.unreadable(new LiveFlagsSnapshot.Unreadable(unreadableSince, why, passed));
        if (passed && !failSafe) {
            failSafe = true;
            LOG.error(
                    "flags could not be read for {}, failing safe: every flag at its default, kill switch engaged: {}",
                    options.unreadableLimit(),
                    why);
            publish(EventType.STORE_DEGRADED, AuditKind.STORE_DEGRADED, why, unreadableSince);
        }
    }

    private void readable() {
        if (!unreadable) {
            return;
        }
        unreadable = false;
        readableTime = new Stopwatch(ticker);
        LOG.info("flags can be read again");
        if (failSafe) {
            failSafe = false;
            publish(
                    EventType.STORE_RECOVERED,
                    AuditKind.STORE_RECOVERED,
                    "the database can be read again",
                    unreadableSince);
        }
    }

    /** Publishes at once; the audit follows as soon as the database takes it, and alerts do not wait for that. */
    private void publish(EventType type, AuditKind kind, String reason, Instant since) {
        Instant now = clock.instant();
        store.record(NewAuditEvent.of(
                kind,
                Actor.SYSTEM,
                JsonNodeFactory.instance
                        .objectNode()
                        .put("reason", reason)
                        .put("readable", !unreadable)
                        .put("since", since.toString())
                        .put("happenedAt", now.toString())));
        events.publish(new Event(type, now, Map.of("reason", reason, "since", since.toString())));
    }

    private void beat() {
        if (untilHeartbeat.passed()) {
            untilHeartbeat = new Stopwatch(ticker, HEARTBEAT);
            FlagSnapshot snapshot = cache.snapshot();
            LOG.info(
                    "LiveFlags polling: interval={} ms polls={} changes={} epoch={} killSwitch={} readable={}",
                    options.pollInterval().toMillis(),
                    polls,
                    changes,
                    snapshot.epoch(),
                    snapshot.killSwitchEngaged() ? "engaged" : "off",
                    !unreadable);
        }
    }

    @Override
    public void close() {
        stopped.countDown();
        boolean interrupted = Thread.interrupted();
        try {
            thread.join(STOP_LIMIT.toMillis());
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.weathervane.reader;

import io.weathervane.util.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The readers of the flags and what each has acknowledged. A reader whose connection ends without the acknowledgement of
 * the epoch of now stays missing for {@link #LOST_KEPT}: a reader that stops answering is not done.
 */
public final class FlagReaders {
    /** Most readers at a time. */
    public static final int READERS_MAX = 10_000;

    /** How long a reader that has gone still counts, unless it had acknowledged: 30 s, in which a client comes back. */
    static final Duration LOST_KEPT = Duration.ofSeconds(30);

    /** How long a reader that posts counts after its last post, which is all that is known of it: 10 min. */
    static final Duration POSTING_KEPT = Duration.ofMinutes(10);

    /** How often who waits looks for readers that were lost for long. */
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<String, FlagReader> readers = new HashMap<>();
    private long epoch;
    private long epochAt;

    /** @param epoch of the flags now */
    public FlagReaders(long epoch, Ticker ticker) {
        this.ticker = ticker;
        this.epoch = epoch;
        this.epochAt = ticker.nanos();
    }

    /** The flags have this epoch from now on; an older one than is known changes nothing. */
    public void published(long newer) {
        lock.lock();
        try {
            if (newer > epoch) {
                epoch = newer;
                epochAt = ticker.nanos();
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Adds a reader, which has acknowledged nothing yet. It takes the place of a lost one of the same kind, name and owner:
     * a client that has come back.
     *
     * @return false when there are {@link #READERS_MAX} already
     */
    public boolean join(String id, ReaderKind kind, String name, String owner) {
        lock.lock();
        try {
            long now = ticker.nanos();
            forgetLost(now);
            FlagReader.Identity identity = new FlagReader.Identity(id, kind, name, owner, now);
            readers.values().stream()
                    .filter(other -> other.isLost() && isSameClient(other.identity(), identity))
                    .findFirst()
                    .ifPresent(other -> readers.remove(other.identity().id()));
            if (readers.size() >= READERS_MAX) {
                return false;
            }
            readers.putIfAbsent(id, FlagReader.joined(identity));
            return true;
        } finally {
            lock.unlock();
        }
    }

    private static boolean isSameClient(FlagReader.Identity one, FlagReader.Identity other) {
        return one.kind() == other.kind()
                && one.name().equals(other.name())
                && one.owner().equals(other.owner());
    }

    /** Whether there is such a reader of this owner. */
    public boolean has(String id, String owner) {
        lock.lock();
        try {
            return known(id, owner).isPresent();
        } finally {
            lock.unlock();
        }
    }

    /**
     * A reader has the flags of this epoch.
     *
     * @return false when there is no such reader of this owner, or the flags never had this epoch
     */
    public boolean acknowledge(String id, String owner, long seen) {
        lock.lock();
        try {
            Optional<FlagReader> reader = known(id, owner);
            if (reader.isEmpty() || seen > epoch) {
                return false;
            }
            readers.put(id, reader.get().acknowledged(seen, ticker.nanos()));
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    private Optional<FlagReader> known(String id, String owner) {
        return Optional.ofNullable(readers.get(id))
                .filter(reader -> reader.identity().owner().equals(owner));
    }

    /** A reader has gone, by itself or by a fault: it is not known which. */
    public void leave(String id) {
        lock.lock();
        try {
            readers.computeIfPresent(id, (key, reader) -> reader.epoch() >= epoch ? null : reader.lost(ticker.nanos()));
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The readers at the epoch of now. */
    public ReadersReport report() {
        lock.lock();
        try {
            return reportLocked();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until every reader has acknowledged the epoch of now, or the time is over; the readers at that moment. */
    public ReadersReport await(Duration limit) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = limit.toNanos();
            ReadersReport report = reportLocked();
            while (!report.isComplete() && left > 0) {
                long slice = Math.min(left, LOOK_NANOS);
                left -= slice - changed.awaitNanos(slice);
                report = reportLocked();
            }
            return report;
        } finally {
            lock.unlock();
        }
    }

    private ReadersReport reportLocked() {
        long now = ticker.nanos();
        forgetLost(now);
        List<ReadersReport.Waiting> waiting = new ArrayList<>();
        int missing = 0;
        OptionalLong longest = OptionalLong.empty();
        for (FlagReader reader : readers.values()) {
            if (reader.epoch() >= epoch) {
                longest = longer(longest, reader);
            } else if (missing++ < ReadersReport.LISTED_MAX) {
                waiting.add(waiting(reader, now));
            }
        }
        Optional<Duration> took = missing == 0 && longest.isPresent()
                ? Optional.of(Duration.ofNanos(longest.getAsLong()))
                : Optional.empty();
        return new ReadersReport(epoch, readers.size(), missing, waiting, took);
    }

    /** A reader that joined after the change says nothing of how long the change took to arrive. */
    private OptionalLong longer(OptionalLong longest, FlagReader reader) {
        if (reader.identity().joinedAt() - epochAt > 0) {
            return longest;
        }
        return OptionalLong.of(Math.max(longest.orElse(0), reader.acknowledgedAt() - epochAt));
    }

    private ReadersReport.Waiting waiting(FlagReader reader, long now) {
        FlagReader.Identity identity = reader.identity();
        return new ReadersReport.Waiting(
                identity.name(), identity.kind(), reader.epoch(), Duration.ofNanos(now - epochAt), reader.isLost());
    }

    private void forgetLost(long now) {
        readers.values().removeIf(reader -> isForgotten(reader, now));
    }

    private static boolean isForgotten(FlagReader reader, long now) {
        boolean silent =
                reader.identity().kind() == ReaderKind.POSTING && now - reader.seenAt() > POSTING_KEPT.toNanos();
        return silent || (reader.isLost() && now - reader.lostAt().orElse(now) > LOST_KEPT.toNanos());
    }
}

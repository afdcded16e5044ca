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
import java.util.function.LongSupplier;

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

    /** Most readers that post of one caller: none fills the room of the others. */
    static final int POSTING_PER_OWNER_MAX = 100;

    /** How often who waits looks for readers that were lost for long. */
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final LongSupplier flags;
    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition acknowledged = lock.newCondition();
    private final Map<String, FlagReader> readers = new HashMap<>();
    private long epoch;
    private long epochAt;

    /**
     * No readers yet.
     *
     * @param flags gives the epoch of the flags now, without waiting
     */
    public FlagReaders(LongSupplier flags, Ticker ticker) {
        this.flags = flags;
        this.ticker = ticker;
        this.epoch = flags.getAsLong();
        this.epochAt = ticker.nanos();
    }

    /** The flags have another epoch than before: from now on it is what is missing. */
    public void changed() {
        lock.lock();
        try {
            catchUp();
        } finally {
            lock.unlock();
        }
    }

    /** A fetch, or a wait, may come between a change and the call of {@link #changed}. */
    private void catchUp() {
        long now = flags.getAsLong();
        if (now > epoch) {
            epoch = now;
            epochAt = ticker.nanos();
            acknowledged.signalAll();
        }
    }

    /**
     * Adds an open stream, which has acknowledged nothing yet.
     *
     * @return false when there are {@link #READERS_MAX} already
     */
    public boolean join(String id, String name, String owner) {
        lock.lock();
        try {
            long now = ticker.nanos();
            forgetLost(now);
            if (readers.size() >= READERS_MAX) {
                return false;
            }
            FlagReader.Identity identity = new FlagReader.Identity(id, ReaderKind.STREAM, name, owner, now);
            readers.putIfAbsent(id, FlagReader.joined(identity));
            return true;
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
            catchUp();
            Optional<FlagReader> reader = known(id, owner);
            if (reader.isEmpty() || seen > epoch) {
                return false;
            }
            enter(reader.get().acknowledged(seen, ticker.nanos()));
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** A reader whose connection has gone is done with, once it has the epoch of now: nothing would take it away later. */
    private void enter(FlagReader reader) {
        if (reader.isLost() && reader.epoch() >= epoch) {
            readers.remove(reader.identity().id());
        } else {
            readers.put(reader.identity().id(), reader);
        }
        acknowledged.signalAll();
    }

    /** Outcome of a posted acknowledgement. */
    public enum Posted {
        TAKEN,
        /** The flags never had this epoch; the reader is not counted. */
        NO_SUCH_EPOCH,
        /** The owner has as many readers that post as one may have, or there are {@link #READERS_MAX}. */
        TOO_MANY
    }

    /** A program says itself that it has the flags of an epoch; the first time makes it a reader. */
    public Posted post(String name, String owner, long seen) {
        lock.lock();
        try {
            catchUp();
            if (seen > epoch) {
                return Posted.NO_SUCH_EPOCH;
            }
            String id = "post:" + owner + ":" + name;
            long now = ticker.nanos();
            forgetLost(now);
            Optional<FlagReader> reader = known(id, owner);
            if (reader.isEmpty() && (posting(owner) >= POSTING_PER_OWNER_MAX || readers.size() >= READERS_MAX)) {
                return Posted.TOO_MANY;
            }
            FlagReader.Identity identity = new FlagReader.Identity(id, ReaderKind.POSTING, name, owner, now);
            enter(reader.orElseGet(() -> FlagReader.joined(identity)).acknowledged(seen, now));
            return Posted.TAKEN;
        } finally {
            lock.unlock();
        }
    }

    private long posting(String owner) {
        return readers.values().stream()
                .filter(reader -> reader.identity().kind() == ReaderKind.POSTING
                        && reader.identity().owner().equals(owner))
                .count();
    }

    /** Whether this reader has not acknowledged the epoch of now. */
    public boolean isBehind(String id) {
        lock.lock();
        try {
            catchUp();
            FlagReader reader = readers.get(id);
            return reader != null && reader.epoch() < epoch;
        } finally {
            lock.unlock();
        }
    }

    /** The same client is there as another reader now: this one is not missed. */
    public void replaced(String id, String owner) {
        lock.lock();
        try {
            known(id, owner).ifPresent(reader -> readers.remove(id));
            acknowledged.signalAll();
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
            catchUp();
            readers.computeIfPresent(id, (key, reader) -> reader.epoch() >= epoch ? null : reader.lost(ticker.nanos()));
            acknowledged.signalAll();
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
                left -= slice - acknowledged.awaitNanos(slice);
                report = reportLocked();
            }
            return report;
        } finally {
            lock.unlock();
        }
    }

    private ReadersReport reportLocked() {
        catchUp();
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

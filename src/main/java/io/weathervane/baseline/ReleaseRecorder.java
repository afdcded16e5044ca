package io.weathervane.baseline;

import io.weathervane.monitor.BaselineRecord;
import io.weathervane.monitor.CallCounts;
import io.weathervane.store.Database;
import io.weathervane.store.StoreException;
import io.weathervane.util.Stopwatch;
import io.weathervane.util.Threads;
import io.weathervane.util.Ticker;
import io.weathervane.worker.ReleaseFingerprint;
import io.weathervane.worker.Role;
import io.weathervane.worker.ServedCallTotals;
import io.weathervane.worker.ServiceName;
import io.weathervane.worker.ToolCallCounts;
import io.weathervane.worker.ToolErrorPolicy;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the record of each release that is active. A thread of its own counts every half minute and writes what has changed; no
 * call, no decision and no start waits for it, and what it cannot write costs nothing but the record.
 */
public final class ReleaseRecorder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("ReleaseRecorder");

    /** Between two counts; a crash loses what was counted since. */
    static final Duration INTERVAL = Duration.ofSeconds(30);

    /** The start of the server comes first. */
    private static final Duration FIRST_WAIT = Duration.ofSeconds(2);

    /** How long a promotion waits until the record of an earlier run is read. */
    private static final Duration READ_WAIT = Duration.ofSeconds(2);

    /** After a record that could not be written. */
    private static final Duration RETRY = Duration.ofSeconds(5);

    private static final Duration WRITE_PATIENCE = Duration.ofSeconds(1);

    /** The end of the server waits no longer for another program's lock, and for a write that is under way. */
    private static final Duration LAST_PATIENCE = Duration.ofMillis(250);

    private final ServiceName service;
    private final ServedCallsSource workers;
    private final ReleaseRecordStore store;
    private final Clock clock;
    private final Ticker ticker;
    private final CallCollector collector;
    private final Semaphore wake = new Semaphore(0);
    private final ReentrantLock working = new ReentrantLock();
    private final Thread thread = Threads.loop("release-records", this::run);
    private volatile CountDownLatch worked = new CountDownLatch(1);
    private volatile Optional<Map<Role, ServedCallTotals>> last = Optional.empty();
    private volatile boolean started;
    private volatile boolean closed;

    /** Does nothing until it is started. */
    public ReleaseRecorder(
            Database database, ServiceName service, ServedCallsSource workers, Clock clock, Ticker ticker) {
        this.workers = workers;
        this.service = service;
        this.store = new ReleaseRecordStore(database, service);
        this.clock = clock;
        this.ticker = ticker;
        this.collector = new CallCollector(clock, ticker);
    }

    public void start() {
        started = true;
        thread.start();
    }

    private void run() {
        Duration wait = FIRST_WAIT;
        while (!closed) {
            try {
                if (wake.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS)) {
                    wake.drainPermits();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            if (!closed) {
                work();
            }
            boolean again = collector.memories().stream().anyMatch(ReleaseRecordAccumulator::isToBeWrittenAgain);
            wait = again ? RETRY : INTERVAL;
        }
    }

    /** Has it count soon: the active worker has changed, or its process is gone. */
    public void wake() {
        wake.release();
    }

    /** Counts, reads what is stored of the active release, and writes. */
    void work() {
        working.lock();
        try {
            look().values().forEach(this::identify);
            collector.collect(workers);
            collector.memories().forEach(this::read);
            collector.memories().forEach(record -> write(record, WRITE_PATIENCE));
        } finally {
            working.unlock();
            CountDownLatch done = worked;
            worked = new CountDownLatch(1);
            done.countDown();
        }
    }

    private Map<Role, ServedCallTotals> look() {
        Map<Role, ServedCallTotals> counted = new EnumMap<>(Role.class);
        CallCollector.ROLES.forEach(role -> workers.served(role).ifPresent(calls -> counted.put(role, calls)));
        return counted;
    }

    /** Reads the files that the release runs: what it is called says little of what it is. */
    private void identify(ServedCallTotals calls) {
        if (collector.isIdentified(calls)) {
            return;
        }
        // What counts as a failure is part of what the figures are of.
        String ignored = workers.toolErrors() == ToolErrorPolicy.IGNORED ? " without tool errors" : "";
        String sha256 = ReleaseFingerprint.of(calls.origin().release()).sha256();
        collector.identify(calls, sha256 + ignored);
    }

    private void read(ReleaseRecordAccumulator record) {
        if (record.isRead()) {
            return;
        }
        try {
            record.found(store.read(record.release()));
        } catch (RecordCorruptException e) {
            LOG.error("the record of the release {} is corrupt and is begun anew: {}", shown(record), e.getMessage());
            record.foundCorrupt(String.valueOf(e.getMessage()));
        } catch (StoreException e) {
            LOG.warn("the record of the release {} cannot be read: {}", shown(record), e.getMessage());
            record.cannotBeRead(String.valueOf(e.getMessage()));
        }
    }

    private void write(ReleaseRecordAccumulator record, Duration patience) {
        record.unwritten().ifPresent(unwritten -> {
            try {
                store.save(unwritten.change(), patience);
                record.written(unwritten);
            } catch (StoreException e) {
                LOG.warn("the record of the release {} is not written: {}", shown(record), e.getMessage());
                record.cannotBeWritten(String.valueOf(e.getMessage()), clock.instant());
            }
        });
    }

    private String shown(ReleaseRecordAccumulator record) {
        return service.shown(record.label());
    }

    /** Waits, for a limited time, until the record of the active release has been read. Not for what makes things safe. */
    public void awaitRead() {
        Stopwatch limit = new Stopwatch(ticker, READ_WAIT);
        try {
            // The first round that ends may have begun before this worker was active.
            for (int round = 0; round < 2 && started && !closed && !isActiveRead(); round++) {
                CountDownLatch next = worked;
                wake();
                boolean done = next.await(Math.max(1, limit.left().toMillis()), TimeUnit.MILLISECONDS);
                LOG.debug("waited for the record of the active release worked={}", done);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isActiveRead() {
        return workers.served(Role.ACTIVE)
                .map(calls -> collector
                        .memory(calls)
                        .filter(ReleaseRecordAccumulator::isRead)
                        .isPresent())
                .orElse(true);
    }

    /**
     * Record of the active worker's calls up to now, those of earlier runs and servers included. Answers from memory.
     *
     * @param label the worker's
     */
    public BaselineRecord ofActive(Optional<String> label) {
        return workers.served(Role.ACTIVE).map(calls -> record(label, calls)).orElseGet(() -> none(label));
    }

    private static BaselineRecord none(Optional<String> label) {
        return BaselineRecordFactory.of(
                label, PeriodCallCounts.NONE, ToolErrorPolicy.RELATIVE, BaselineRecord.Source.UNKNOWN);
    }

    /**
     * The newest calls of the active worker, those of earlier runs and servers included, with all that failed of them. Answers
     * from memory.
     *
     * @param callsMin as many of its newest hours are taken as have so many calls, and one at least
     */
    public CallCounts newestOfActive(long callsMin) {
        return workers.served(Role.ACTIVE)
                .map(calls -> newest(calls, callsMin))
                .map(newest -> new CallCounts(newest.requests(), newest.errors()))
                .orElse(CallCounts.NONE);
    }

    private ToolCallCounts newest(ServedCallTotals calls, long callsMin) {
        collector.collect(workers);
        return collector
                .memory(calls)
                .map(record -> young(record.record()).newest(callsMin))
                .orElseGet(() -> PeriodCallCounts.of(calls).all());
    }

    private HourlyReleaseCallCounts young(HourlyReleaseCallCounts all) {
        return all.notOlderThan(clock.instant().minus(HourlyReleaseCallCounts.AGE_MAX));
    }

    private BaselineRecord record(Optional<String> label, ServedCallTotals calls) {
        collector.collect(workers);
        Optional<ReleaseRecordAccumulator> record = collector.memory(calls);
        if (record.isEmpty()) {
            BaselineRecord.Source source =
                    new BaselineRecord.Source(Duration.ZERO, Optional.of(ReleaseRecordAccumulator.NOT_READ_YET));
            return BaselineRecordFactory.of(label, PeriodCallCounts.of(calls), workers.toolErrors(), source);
        }
        return record(label, record.get());
    }

    private BaselineRecord record(Optional<String> label, ReleaseRecordAccumulator record) {
        HourlyReleaseCallCounts all = record.record();
        HourlyReleaseCallCounts used = young(all);
        PeriodCallCounts calls = used.calls();
        long left = all.calls().all().requests() - calls.all().requests();
        Optional<String> lack = left == 0
                ? record.lack()
                : Optional.of(left + " calls of its record are older than " + HourlyReleaseCallCounts.AGE_MAX.toDays()
                        + " days and are left out");
        return BaselineRecordFactory.of(
                label, calls, workers.toolErrors(), new BaselineRecord.Source(used.served(), lack));
    }

    /** Problems for an operator: records that could not be read or written. */
    public List<String> notes() {
        return collector.memories().stream()
                .flatMap(record -> record.notes().stream())
                .toList();
    }

    /** The workers are about to be ended: the calls that fail by that are not counted. */
    public void prepareToClose() {
        if (last.isEmpty()) {
            last = Optional.of(look());
        }
        closed = true;
        wake();
    }

    /** Writes what was counted, if that is possible at once. */
    @Override
    public void close() {
        prepareToClose();
        try {
            if (started && working.tryLock(LAST_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                try {
                    writeLast(last.orElse(Map.of()));
                } finally {
                    working.unlock();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.warn("what the release's record has since it was last written is lost{}", service.logged(), e);
        }
    }

    private void writeLast(Map<Role, ServedCallTotals> counted) {
        counted.values().forEach(this::identify);
        collector.collect(counted);
        collector.memories().forEach(record -> {
            read(record);
            write(record, LAST_PATIENCE);
        });
    }
}

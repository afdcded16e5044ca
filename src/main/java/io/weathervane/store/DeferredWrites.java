package io.weathervane.store;

import io.weathervane.util.Stopwatch;
import io.weathervane.util.Threads;
import io.weathervane.util.Ticker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what has happened already: in the order in which it happened, on a thread of its own, until it succeeds. Who
 * acts hands over the record and goes on; no lock of another program and no full disk holds up an action.
 *
 * <p>What could not be written at once waits in {@link PendingJournal} too ({@link JournalBackup}), and the next server
 * writes it: each batch is in the database once ({@link DeferredBatchWriter}).
 */
public final class DeferredWrites implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DeferredWrites.class);

    /** How long one who would like to say that it is written waits for it: 300 ms. */
    public static final Duration PROMPT = Duration.ofMillis(300);

    /** While other programs change the file in a row, what is uneventful waits this long for a pause: 4 s. */
    private static final Duration PUT_OFF_MAX = Duration.ofSeconds(4);

    /** Uneventful batches that are written in one transaction. */
    private static final int TOGETHER_MAX = 50;

    private static final Duration PUT_OFF_LOOK = Duration.ofMillis(20);

    /** Pauses from one look whether the database could be written to the next, while nothing is to be: 2 s. */
    private static final int LOOK_PAUSES = 8;

    /** Pauses that the last ones have at the end; what is left then waits in the file: 2 s. */
    private static final int CLOSE_PAUSES = 8;

    /** A batch that the database refuses, although it takes others, is moved behind them after this many attempts. */
    private static final int REFUSED_MAX = 20;

    private final SqliteDatabase database;
    private final Ticker ticker;

    /** Between two attempts. */
    private final Duration retry;

    private final DeferredQueue queue = new DeferredQueue();
    private final JournalBackup backup;
    private final WriteTrouble trouble;
    private final DeferredBatchWriter writer;
    private final Semaphore wakes = new Semaphore(0);

    /** Held to start the thread and to end it, never across I/O. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Thread thread = Threads.loop("late-writes", this::run);
    private boolean started;
    private volatile boolean closed;

    /** Whether what waits does so for a pause of {@link NextExternalCommitPredictor}. */
    private volatile boolean puttingOff;

    /** Those who wait until all is written. */
    private final AtomicInteger hurry = new AtomicInteger();

    /** The time for the last ones is up. */
    private volatile boolean over;

    DeferredWrites(SqliteDatabase database, Path file, Ticker ticker, Duration retry) {
        this.database = database;
        this.ticker = ticker;
        this.retry = retry;
        this.backup = new JournalBackup(file, queue, ticker);
        this.trouble = new WriteTrouble(ticker);
        this.writer = new DeferredBatchWriter(database, trouble);
    }

    /** Makes known who writes the records of a kind. */
    public void register(String kind, RecordKindWriter writer) {
        this.writer.register(kind, writer);
    }

    /** Has the listener told, at once, when writes begin to fail; it should only wake another thread. */
    public void onTrouble(Runnable listener) {
        trouble.onBegin(listener);
    }

    /** Hands over what belongs together; it is written in one transaction, after all that was handed over before. */
    public WriteReceipt submit(List<DeferredRecord> records) {
        return submit(DeferredRecordBatch.of(records, /* mayBeLeftOut= */ false, ticker.nanos()));
    }

    /** The same, of something uneventful: beyond {@link DeferredQueue#BATCHES_MAX} it may be left out. */
    public WriteReceipt submitUneventful(List<DeferredRecord> records) {
        return submit(DeferredRecordBatch.of(records, /* mayBeLeftOut= */ true, ticker.nanos()));
    }

    private WriteReceipt submit(DeferredRecordBatch batch) {
        queue.add(batch);
        wake();
        return new WriteReceipt(batch, this);
    }

    /** Has the thread look at what waits, also if it was not started yet. */
    private void wake() {
        startThread();
        wakes.release();
    }

    private void startThread() {
        lock.lock();
        try {
            if (!started && !closed) {
                started = true;
                thread.start();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The bodies of this kind that an earlier server could not write any more, oldest first. */
    public List<String> left(String kind) {
        backup.restore();
        return queue.bodies(kind, batch -> true);
    }

    /**
     * Writes what an earlier server left. To be called at the start, once those who write are registered.
     *
     * @throws StoreException when it cannot be
     */
    public void catchUp() {
        backup.restore();
        List<DeferredRecordBatch> left = queue.all();
        if (!left.isEmpty()) {
            LOG.warn("writing what an earlier server could not batches={}", left.size());
            requireWritten();
        }
        startThread();
    }

    /**
     * For those who need to have everything before them in the database.
     *
     * @throws StoreException when something waits and cannot be written soon
     */
    public void requireWritten() {
        List<DeferredRecordBatch> waiting = queue.all();
        if (waiting.isEmpty()) {
            return;
        }
        wake();
        DeferredRecordBatch last = waiting.get(waiting.size() - 1);
        Duration limit = trouble.isPresent() ? DeferredBatchWriter.PATIENCE : lookEvery();
        if (!awaitInHurry(last, limit)) {
            throw new StoreException(
                    StoreException.Kind.BUSY,
                    "earlier changes are not written yet: " + trouble.reason().orElse("it takes its time"));
        }
    }

    /** Has what is put off written now, as far as that goes at once: for those whose own record comes after it. */
    public void hurry() {
        List<DeferredRecordBatch> waiting = puttingOff ? queue.all() : List.of();
        if (!waiting.isEmpty()) {
            boolean unused = awaitInHurry(waiting.get(waiting.size() - 1), PROMPT);
        }
    }

    private boolean awaitInHurry(DeferredRecordBatch batch, Duration limit) {
        hurry.incrementAndGet();
        try {
            return batch.await(limit);
        } finally {
            hurry.decrementAndGet();
        }
    }

    /** Lag of the database. */
    public WriteLag lag() {
        List<DeferredRecordBatch> waiting = queue.all();
        Duration oldest = oldest(waiting);
        int kept = (int) waiting.stream().filter(DeferredRecordBatch::kept).count();
        return new WriteLag(waiting.size(), oldest, trouble.reason(), kept, backup.failure(), queue.leftOut());
    }

    /** Whether writes have failed, or lagged, for so long. */
    public boolean isFailingFor(Duration limit) {
        return trouble.hasLasted(limit) || oldest(queue.all()).compareTo(limit) >= 0;
    }

    private Duration oldest(List<DeferredRecordBatch> waiting) {
        long oldest = 0;
        for (DeferredRecordBatch batch : waiting) {
            oldest = Math.max(oldest, ticker.nanos() - batch.lagsFrom());
        }
        return Duration.ofNanos(oldest);
    }

    /** The bodies of this kind that wait for longer than this, oldest first. */
    public List<String> waiting(String kind, Duration longerThan) {
        return queue.bodies(kind, batch -> ticker.nanos() - batch.submittedAt() > longerThan.toNanos());
    }

    /** Time that a caller should wait now for the batch that it handed over. */
    Duration promptLimit(DeferredRecordBatch batch) {
        boolean waits = batch.mayBeLeftOut() && database.outsideChanges().inARow();
        return isStuck() || waits ? Duration.ZERO : PROMPT;
    }

    /** Whether no thread should wait for a write at present. */
    private boolean isStuck() {
        return trouble.isPresent() || lag().degraded();
    }

    Optional<String> failure() {
        return trouble.reason();
    }

    private Duration lookEvery() {
        return retry.multipliedBy(LOOK_PAUSES);
    }

    private void run() {
        while (!over && (!closed || !queue.isEmpty())) {
            try {
                Optional<DeferredRecordBatch> next = next();
                puttingOff = next.isPresent() && canWait(next.get());
                if (puttingOff) {
                    waitForOthers();
                } else if (next.isPresent()) {
                    attempt(next.get());
                } else if (!closed
                        && (trouble.isPresent() || !database.outsideChanges().inARow())) {
                    backup.keepRoom();
                    writer.look();
                }
            } catch (InterruptedException e) {
                backup.keepWaiting();
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                LOG.error("late writes failed, going on", e);
                LockSupport.parkNanos(retry.toNanos());
            }
        }
        boolean interrupted = Thread.interrupted(); // an interrupted thread cannot write a file
        backup.keepWaiting();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private Optional<DeferredRecordBatch> next() throws InterruptedException {
        Optional<DeferredRecordBatch> next = queue.first();
        if (next.isEmpty() && !closed && wakes.tryAcquire(lookEvery().toMillis(), TimeUnit.MILLISECONDS)) {
            wakes.drainPermits();
        }
        return queue.first();
    }

    /** A write that no caller relies on yet waits for a pause of other programs, which may have no busy time-out. */
    private boolean canWait(DeferredRecordBatch oldest) {
        boolean overdue = ticker.nanos() - oldest.submittedAt() >= PUT_OFF_MAX.toNanos();
        return !overdue && database.outsideChanges().inARow() && isAllUneventful();
    }

    /** Whether they were faster than an attempt, and another one may come later. */
    private boolean canWaitLonger(DeferredRecordBatch oldest) {
        boolean overdue = ticker.nanos() - oldest.submittedAt()
                >= PUT_OFF_MAX.multipliedBy(2).toNanos();
        return !overdue && database.outsideChanges().inARow() && isAllUneventful();
    }

    private void waitForOthers() throws InterruptedException {
        boolean unused = wakes.tryAcquire(PUT_OFF_LOOK.toMillis(), TimeUnit.MILLISECONDS);
        long now = ticker.nanos();
        queue.all().forEach(batch -> batch.putOff(now));
    }

    private boolean isAllUneventful() {
        return !closed
                && hurry.get() == 0
                && !trouble.isPresent()
                && queue.all().stream().allMatch(batch -> batch.mayBeLeftOut() && !batch.inDatabase());
    }

    private void attempt(DeferredRecordBatch batch) throws InterruptedException {
        List<DeferredRecordBatch> uneventful = uneventfulFirst();
        if (!uneventful.isEmpty() && writer.tryTogether(uneventful, /* hurried= */ closed || hurry.get() > 0)) {
            uneventful.forEach(this::done);
            return;
        }
        if (canWaitLonger(batch)) {
            waitForOthers();
            return;
        }
        Optional<StoreException.Kind> refused = writer.write(batch);
        if (refused.isEmpty()) {
            done(batch);
            return;
        }
        backup.keepWaiting();
        if (batch.refusedTimes() >= REFUSED_MAX && refused.get() == StoreException.Kind.FAILED) {
            moveBehind(batch);
        }
        pauseBeforeRetry();
    }

    /**
     * Pauses before a retry. Records that are handed over meanwhile are kept at once: a server that is killed in the
     * pause loses nothing.
     */
    private void pauseBeforeRetry() throws InterruptedException {
        if (closed) {
            Thread.sleep(retry.toMillis());
            return;
        }
        Stopwatch pause = new Stopwatch(ticker, retry);
        while (!closed && !pause.passed()) {
            if (wakes.tryAcquire(pause.leftNanos(), TimeUnit.NANOSECONDS)) {
                wakes.drainPermits();
                backup.keepWaiting();
            }
        }
    }

    /** The oldest batches, as far as they may be written together. */
    private List<DeferredRecordBatch> uneventfulFirst() {
        return queue.all().stream()
                .takeWhile(batch -> batch.mayBeLeftOut() && !batch.inDatabase())
                .limit(TOGETHER_MAX)
                .toList();
    }

    /** A change is in effect and may not be on disk; the next look tries the disk again. */
    void notOnDisk(String why) {
        trouble.failed(why);
        startThread();
    }

    private void done(DeferredRecordBatch batch) {
        long leftOut = queue.leftOut();
        boolean last = queue.remove(batch);
        if (last && trouble.isPresent()) {
            LOG.info("the database is written again leftOut={}", leftOut);
        }
        trouble.over();
        // First the file, then the ids: a crash between the two leaves ids that nothing needs.
        if (last && backup.tryForget()) {
            writer.forgetIds();
        }
        batch.written();
    }

    /** A batch that is refused for a reason of its own must not keep the others waiting. */
    private void moveBehind(DeferredRecordBatch batch) {
        if (queue.moveBehind(batch)) {
            batch.startAgain();
            LOG.error(
                    "a record is refused again and again, the others go before it: {}",
                    trouble.reason().orElse(""));
        }
    }

    /** Writes the last ones if that goes at once; what is left waits in the file. */
    @Override
    public void close() {
        boolean running;
        lock.lock();
        try {
            closed = true;
            running = started;
            wakes.release();
        } finally {
            lock.unlock();
        }
        if (running) {
            join();
        }
    }

    private void join() {
        long limit = retry.multipliedBy(CLOSE_PAUSES).toMillis();
        boolean interrupted = Thread.interrupted();
        try {
            thread.join(limit);
            if (thread.isAlive()) {
                over = true;
                thread.interrupt();
                thread.join(limit);
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

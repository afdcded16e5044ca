package io.weathervane.store;

import io.weathervane.util.Stopwatch;
import io.weathervane.util.Threads;
import io.weathervane.util.Ticker;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what has happened already: in the order in which it happened, on a thread of its own, until it succeeds. Who
 * acts hands over the record and goes on; no lock of another program and no full disk holds up an action.
 *
 * <p>What could not be written at once waits in {@link PendingJournal} too, and the next server writes it: each unit is
 * in the database once, because its transaction says that it was. Only what may be left out is ever left out, the oldest
 * first, when more than {@link #UNITS_MAX} units wait.
 */
public final class DeferredWrites implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DeferredWrites.class);

    /** How long one who would like to say that it is written waits for it: 300 ms. */
    public static final Duration PROMPT = Duration.ofMillis(300);

    /** Units that wait; beyond it those that may be left out are. */
    static final int UNITS_MAX = 10_000;

    /** One attempt waits this long for another program's lock: 150 ms. */
    private static final Duration PATIENCE = Duration.ofMillis(150);

    /** While other programs change the file in a row, what is uneventful waits this long for a pause: 4 s. */
    private static final Duration PUT_OFF_MAX = Duration.ofSeconds(4);

    /** Uneventful units that are written in one transaction. */
    private static final int TOGETHER_MAX = 50;

    private static final Duration PUT_OFF_LOOK = Duration.ofMillis(20);

    /** Pauses from one look whether the database could be written to the next, while nothing is to be: 2 s. */
    private static final int LOOK_PAUSES = 8;

    /** Pauses that the last ones have at the end; what is left then waits in the file: 2 s. */
    private static final int CLOSE_PAUSES = 8;

    /** A unit that the database refuses, although it takes others, is moved behind them after this many attempts. */
    private static final int REFUSED_MAX = 20;

    private static final String TABLE = "CREATE TABLE IF NOT EXISTS late_writes (id TEXT PRIMARY KEY)";

    private final SqliteDatabase database;
    private final PendingJournal journal;
    private final Ticker ticker;

    /** Between two attempts. */
    private final Duration retry;

    private final Map<String, RecordKindWriter> writers = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Semaphore wakes = new Semaphore(0);
    private final List<Runnable> troubleListeners = new CopyOnWriteArrayList<>();
    private final Deque<DeferredRecordBatch> batches = new ArrayDeque<>();
    private final Thread thread = Threads.loop("late-writes", this::run);
    private volatile Optional<String> failure = Optional.empty();
    private volatile Optional<String> keepFailure = Optional.empty();
    private volatile Stopwatch failingTime;
    private boolean journalRead;
    private boolean started;
    private volatile boolean closed;

    /** Whether what waits does so for a pause of {@link NextExternalCommitPredictor}. */
    private volatile boolean puttingOff;

    /** Those who wait until all is written. */
    private final AtomicInteger hurry = new AtomicInteger();

    /** The time for the last ones is up. */
    private volatile boolean over;

    private final AtomicLong leftOut = new AtomicLong();
    private boolean dirty;
    private boolean roomKept;

    DeferredWrites(SqliteDatabase database, Path file, Ticker ticker, Duration retry) {
        this.database = database;
        this.journal = new PendingJournal(file);
        this.ticker = ticker;
        this.retry = retry;
        this.failingTime = new Stopwatch(ticker);
    }

    /** Makes known who writes the records of a kind. */
    public void register(String kind, RecordKindWriter writer) {
        writers.put(kind, writer);
    }

    /** Has the listener told, at once, when writes begin to fail; it should only wake another thread. */
    public void onTrouble(Runnable listener) {
        troubleListeners.add(listener);
    }

    /** Hands over what belongs together; it is written in one transaction, after all that was handed over before. */
    public WriteReceipt submit(List<DeferredRecord> records) {
        return submit(DeferredRecordBatch.of(records, /* mayBeLeftOut= */ false, ticker.nanos()));
    }

    /** The same, of something uneventful: under {@link #UNITS_MAX} it may be left out. */
    public WriteReceipt submitUneventful(List<DeferredRecord> records) {
        return submit(DeferredRecordBatch.of(records, /* mayBeLeftOut= */ true, ticker.nanos()));
    }

    private WriteReceipt submit(DeferredRecordBatch batch) {
        lock.lock();
        try {
            batches.add(batch);
            leaveOut();
            startThread();
            wakes.release();
        } finally {
            lock.unlock();
        }
        return new WriteReceipt(batch, this);
    }

    private void leaveOut() {
        Iterator<DeferredRecordBatch> oldest = batches.iterator();
        while (batches.size() > UNITS_MAX && oldest.hasNext()) {
            if (oldest.next().mayBeLeftOut()) {
                oldest.remove();
                leftOut.incrementAndGet();
            }
        }
    }

    private void startThread() {
        if (!started && !closed) {
            started = true;
            thread.start();
        }
    }

    /** The bodies of this kind that an earlier server could not write any more, oldest first. */
    public List<String> left(String kind) {
        readJournal();
        lock.lock();
        try {
            return batches.stream()
                    .flatMap(batch -> batch.records().stream())
                    .filter(record -> record.kind().equals(kind))
                    .map(DeferredRecord::body)
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    private void readJournal() {
        lock.lock();
        try {
            if (!journalRead) {
                journalRead = true;
                List<PendingJournal.Entry> left = journal.read();
                for (int i = left.size() - 1; i >= 0; i--) {
                    batches.addFirst(DeferredRecordBatch.left(left.get(i), ticker.nanos()));
                }
                dirty = !left.isEmpty();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Writes what an earlier server left. To be called at the start, once those who write are registered.
     *
     * @throws StoreException when it cannot be
     */
    public void catchUp() {
        readJournal();
        List<DeferredRecordBatch> left = waitingUnits();
        if (!left.isEmpty()) {
            LOG.warn("writing what an earlier server could not units={}", left.size());
            requireWritten();
        }
        lock.lock();
        try {
            startThread();
        } finally {
            lock.unlock();
        }
    }

    /**
     * For those who need to have everything before them in the database.
     *
     * @throws StoreException when something waits and cannot be written soon
     */
    public void requireWritten() {
        List<DeferredRecordBatch> waiting = waitingUnits();
        if (waiting.isEmpty()) {
            return;
        }
        lock.lock();
        try {
            startThread();
            wakes.release();
        } finally {
            lock.unlock();
        }
        DeferredRecordBatch last = waiting.get(waiting.size() - 1);
        Duration limit = failure.isPresent() ? PATIENCE : lookEvery();
        if (!awaitInHurry(last, limit)) {
            throw new StoreException(
                    StoreException.Kind.BUSY,
                    "earlier changes are not written yet: " + failure.orElse("it takes its time"));
        }
    }

    /** Has what is put off written now, as far as that goes at once: for those whose own record comes after it. */
    public void hurry() {
        List<DeferredRecordBatch> waiting = puttingOff ? waitingUnits() : List.of();
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
        List<DeferredRecordBatch> waiting = waitingUnits();
        Duration oldest = oldest(waiting);
        int kept = (int) waiting.stream().filter(DeferredRecordBatch::kept).count();
        return new WriteLag(waiting.size(), oldest, failure, kept, keepFailure, leftOut.get());
    }

    /** Whether writes have failed, or lagged, for so long. */
    public boolean isFailingFor(Duration limit) {
        boolean failing = failure.isPresent() && failingTime.hasRunFor(limit);
        return failing || oldest(waitingUnits()).compareTo(limit) >= 0;
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
        return waitingUnits().stream()
                .filter(batch -> ticker.nanos() - batch.submittedAt() > longerThan.toNanos())
                .flatMap(batch -> batch.records().stream())
                .filter(record -> record.kind().equals(kind))
                .map(DeferredRecord::body)
                .toList();
    }

    private List<DeferredRecordBatch> waitingUnits() {
        lock.lock();
        try {
            return List.copyOf(batches);
        } finally {
            lock.unlock();
        }
    }

    /** Time that a caller should wait now for the batch that it handed over. */
    Duration promptLimit(DeferredRecordBatch batch) {
        boolean waits = batch.mayBeLeftOut() && database.outsideChanges().inARow();
        return isStuck() || waits ? Duration.ZERO : PROMPT;
    }

    /** Whether no thread should wait for a write at present. */
    private boolean isStuck() {
        return failure.isPresent() || lag().degraded();
    }

    Optional<String> failure() {
        return failure;
    }

    private Duration lookEvery() {
        return retry.multipliedBy(LOOK_PAUSES);
    }

    private void run() {
        while (!over && (!closed || !waitingUnits().isEmpty())) {
            try {
                Optional<DeferredRecordBatch> next = next();
                puttingOff = next.isPresent() && canWait(next.get());
                if (puttingOff) {
                    waitForOthers();
                } else if (next.isPresent()) {
                    attempt(next.get());
                } else if (!closed
                        && (failure.isPresent() || !database.outsideChanges().inARow())) {
                    lookAround();
                }
            } catch (InterruptedException e) {
                keepWaiting();
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                LOG.error("late writes failed, going on", e);
            }
        }
        boolean interrupted = Thread.interrupted(); // an interrupted thread cannot write a file
        keepWaiting();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private Optional<DeferredRecordBatch> next() throws InterruptedException {
        Optional<DeferredRecordBatch> next = first();
        if (next.isEmpty() && !closed && wakes.tryAcquire(lookEvery().toMillis(), TimeUnit.MILLISECONDS)) {
            wakes.drainPermits();
        }
        return first();
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
        waitingUnits().forEach(batch -> batch.putOff(now));
    }

    private boolean isAllUneventful() {
        return !closed
                && hurry.get() == 0
                && failure.isEmpty()
                && waitingUnits().stream().allMatch(batch -> batch.mayBeLeftOut() && !batch.inDatabase());
    }

    private Optional<DeferredRecordBatch> first() {
        lock.lock();
        try {
            return Optional.ofNullable(batches.peekFirst());
        } finally {
            lock.unlock();
        }
    }

    private void attempt(DeferredRecordBatch batch) throws InterruptedException {
        List<DeferredRecordBatch> uneventful = uneventfulFirst();
        if (!uneventful.isEmpty() && isAppliedTogether(uneventful)) {
            uneventful.forEach(this::done);
            return;
        }
        if (canWaitLonger(batch)) {
            waitForOthers();
            return;
        }
        Optional<StoreException.Kind> refused = batch.inDatabase() ? bringToDisk(batch) : apply(batch);
        if (refused.isEmpty()) {
            done(batch);
            return;
        }
        keepWaiting();
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
                keepWaiting();
            }
        }
    }

    /** The oldest units, as far as they are of the same small kind. */
    private List<DeferredRecordBatch> uneventfulFirst() {
        return waitingUnits().stream()
                .takeWhile(batch -> batch.mayBeLeftOut() && !batch.inDatabase())
                .limit(TOGETHER_MAX)
                .toList();
    }

    /** One transaction instead of many; when it does not succeed each is tried by itself. */
    private boolean isAppliedTogether(List<DeferredRecordBatch> uneventful) {
        try {
            TransactionWork<Boolean> all = sql -> {
                for (DeferredRecordBatch batch : uneventful) {
                    write(sql, batch);
                }
                return true;
            };
            Optional<Boolean> onDisk = database.tryDeferredBriefly(all, /* hurried= */ closed || hurry.get() > 0);
            onDisk.ifPresent(yes -> uneventful.forEach(DeferredRecordBatch::markInDatabase));
            return onDisk.orElse(false);
        } catch (RuntimeException e) {
            LOG.debug("not written together units={}", uneventful.size(), e);
            return false;
        }
    }

    private Optional<StoreException.Kind> apply(DeferredRecordBatch batch) {
        try {
            AtomicBoolean onDisk = new AtomicBoolean();
            Runnable transaction = () -> onDisk.set(database.writeDeferredBriefly(sql -> write(sql, batch), PATIENCE));
            for (DeferredRecord record : batch.records()) {
                Runnable inner = transaction;
                RecordKindWriter writer = handler(record);
                transaction = () -> writer.around(inner);
            }
            transaction.run();
            batch.markInDatabase();
            return onDisk.get() ? Optional.empty() : Optional.of(StoreException.Kind.BUSY);
        } catch (StoreException e) {
            return Optional.of(failed(batch, e.kind(), String.valueOf(e.getMessage()), null));
        } catch (RuntimeException e) {
            return Optional.of(failed(batch, StoreException.Kind.FAILED, e.toString(), e));
        }
    }

    /** Its transaction stands and must not come twice: only the disk is tried again. */
    private Optional<StoreException.Kind> bringToDisk(DeferredRecordBatch batch) {
        try {
            return database.writeDeferred(sql -> true, PATIENCE)
                    ? Optional.empty()
                    : Optional.of(StoreException.Kind.BUSY);
        } catch (StoreException e) {
            return Optional.of(failed(batch, e.kind(), String.valueOf(e.getMessage()), null));
        }
    }

    /** A change is in effect and may not be on disk; the next look tries the disk again. */
    void notOnDisk(String why) {
        troubled(why);
        lock.lock();
        try {
            startThread();
        } finally {
            lock.unlock();
        }
    }

    private boolean write(SqlTransaction sql, DeferredRecordBatch batch) throws SQLException {
        boolean once = batch.id().isEmpty() || tryRecordId(sql, batch.id());
        if (once) {
            for (DeferredRecord record : batch.records()) {
                handler(record).write(sql, record.body());
            }
        }
        return once;
    }

    /** Only what is in the file, too, could come twice; the table is made when there is something of that kind. */
    private static boolean tryRecordId(SqlTransaction sql, String id) throws SQLException {
        sql.update(TABLE);
        return sql.update("INSERT OR IGNORE INTO late_writes (id) VALUES (?)", id) == 1;
    }

    private RecordKindWriter handler(DeferredRecord record) {
        RecordKindWriter writer = writers.get(record.kind());
        if (writer == null) {
            throw new StoreException(
                    StoreException.Kind.FAILED, "nothing here writes records of kind " + record.kind());
        }
        return writer;
    }

    private StoreException.Kind failed(
            DeferredRecordBatch batch, StoreException.Kind kind, String why, @Nullable RuntimeException cause) {
        if (failure.isEmpty()) {
            LOG.error("the database cannot be written, what happens is kept and written later: {}", why, cause);
        }
        troubled(why);
        batch.refused();
        batch.records()
                .forEach(record ->
                        Optional.ofNullable(writers.get(record.kind())).ifPresent(writer -> writer.failed(why)));
        return kind;
    }

    private void done(DeferredRecordBatch batch) {
        boolean last;
        lock.lock();
        try {
            batches.remove(batch);
            last = batches.isEmpty();
            if (failure.isPresent() && last) {
                LOG.info("the database is written again leftOut={}", leftOut.get());
            }
            if (last) {
                leftOut.set(0);
            }
            failure = Optional.empty();
        } finally {
            lock.unlock();
        }
        if (last && dirty) {
            forgetKept();
        }
        batch.written();
    }

    /** First the file, then the marks: a crash between the two leaves marks that nothing needs. */
    private void forgetKept() {
        try {
            journal.clear();
            dirty = false;
            keepFailure = Optional.empty();
            database.write(sql -> sql.update("DELETE FROM late_writes"), PATIENCE);
        } catch (IOException e) {
            keepFailure = Optional.of(e.toString());
            LOG.warn("{} cannot be emptied: {}", PendingJournal.NAME, e.toString());
        } catch (StoreException e) {
            LOG.debug("the marks of what was written late stay", e);
        }
    }

    /** A unit that is refused for a reason of its own must not keep the others waiting. */
    private void moveBehind(DeferredRecordBatch batch) {
        lock.lock();
        try {
            if (batches.size() > 1 && batches.remove(batch)) {
                batches.addLast(batch);
                batch.startAgain();
                LOG.error("a record is refused again and again, the others go before it: {}", failure.orElse(""));
            }
        } finally {
            lock.unlock();
        }
    }

    private void keepWaiting() {
        List<DeferredRecordBatch> fresh = waitingUnits().stream()
                .filter(batch -> !batch.kept() && !batch.inDatabase() && !batch.mayBeLeftOut())
                .toList();
        if (fresh.isEmpty()) {
            return;
        }
        try {
            dirty = true;
            List<PendingJournal.Entry> entries = new ArrayList<>();
            fresh.forEach(batch -> entries.add(batch.entry()));
            journal.append(entries);
            fresh.forEach(DeferredRecordBatch::markKept);
            keepFailure = Optional.empty();
        } catch (IOException e) {
            if (keepFailure.isEmpty()) {
                LOG.error("{} cannot be written either: {}", PendingJournal.NAME, e.toString());
            }
            keepFailure = Optional.of(e.toString());
        }
    }

    /** Finds out early that nothing could be written, and takes room for that time. */
    private void lookAround() {
        keepRoom();
        try {
            if (database.writeDeferred(sql -> true, PATIENCE)) {
                if (failure.isPresent()) {
                    LOG.info("the database can be written again");
                }
                failure = Optional.empty();
            }
        } catch (StoreException e) {
            if (failure.isEmpty()) {
                LOG.warn("the database cannot be written: {}", e.getMessage());
            }
            troubled(String.valueOf(e.getMessage()));
        }
    }

    /** A full disk that gives no room now is asked again at the next look. */
    private void keepRoom() {
        if (roomKept) {
            return;
        }
        try {
            journal.keepRoom();
            roomKept = true;
        } catch (IOException e) {
            LOG.debug("no room was kept for {}", PendingJournal.NAME, e);
        }
    }

    private void troubled(String why) {
        boolean first = failure.isEmpty();
        failure = Optional.of(why);
        if (first) {
            failingTime = new Stopwatch(ticker);
            troubleListeners.forEach(Runnable::run);
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

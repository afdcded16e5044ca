package io.weathervane.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Records that are written together, and how far that is. */
final class DeferredRecordBatch {
    private final List<DeferredRecord> records;
    private final boolean mayBeLeftOut;
    private final long submittedAt;
    private final CountDownLatch written = new CountDownLatch(1);
    private final CountDownLatch safe = new CountDownLatch(1);
    private final List<Runnable> onWritten = new ArrayList<>();
    private volatile String id;
    private volatile boolean kept;
    private volatile boolean inDatabase;
    private volatile int refusedTimes;
    private volatile long lagsFrom;

    private DeferredRecordBatch(
            List<DeferredRecord> records, boolean mayBeLeftOut, long submittedAt, String id, boolean kept) {
        this.records = List.copyOf(records);
        this.mayBeLeftOut = mayBeLeftOut;
        this.submittedAt = submittedAt;
        this.lagsFrom = submittedAt;
        this.id = id;
        this.kept = kept;
    }

    static DeferredRecordBatch of(List<DeferredRecord> records, boolean mayBeLeftOut, long submittedAt) {
        return new DeferredRecordBatch(records, mayBeLeftOut, submittedAt, /* id= */ "", /* kept= */ false);
    }

    /** One that an earlier server left in the file. */
    static DeferredRecordBatch left(PendingJournal.Entry entry, long now) {
        return new DeferredRecordBatch(entry.records(), /* mayBeLeftOut= */ false, now, entry.id(), /* kept= */ true);
    }

    List<DeferredRecord> records() {
        return records;
    }

    boolean mayBeLeftOut() {
        return mayBeLeftOut;
    }

    long submittedAt() {
        return submittedAt;
    }

    /** Since when it waits against our will. */
    long lagsFrom() {
        return lagsFrom;
    }

    /** Says that it has waited on purpose until now. */
    void putOff(long now) {
        lagsFrom = now;
    }

    /** By which the database knows it; only one that is in the file has one. */
    String id() {
        return id;
    }

    boolean kept() {
        return kept;
    }

    /** Whether its transaction stands; the disk may not have it yet. */
    boolean inDatabase() {
        return inDatabase;
    }

    void markInDatabase() {
        inDatabase = true;
    }

    PendingJournal.Entry entry() {
        if (id.isEmpty()) {
            id = UUID.randomUUID().toString();
        }
        return new PendingJournal.Entry(id, records);
    }

    void markKept() {
        kept = true;
        safe.countDown();
    }

    int refusedTimes() {
        return refusedTimes;
    }

    /** By the writing thread only. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    void refused() {
        refusedTimes++;
    }

    void startAgain() {
        refusedTimes = 0;
    }

    void written() {
        written.countDown();
        safe.countDown();
        takeListeners().forEach(Runnable::run);
    }

    private synchronized List<Runnable> takeListeners() {
        List<Runnable> taken = List.copyOf(onWritten);
        onWritten.clear();
        return taken;
    }

    /** Runs the listener once it is on disk, now if it is; it must be quick. */
    void onWritten(Runnable listener) {
        synchronized (this) {
            if (written.getCount() > 0) {
                onWritten.add(listener);
                return;
            }
        }
        listener.run();
    }

    boolean await(Duration limit) {
        return await(written, limit);
    }

    /** Waits until it is in the database or in the file. */
    boolean awaitSafe(Duration limit) {
        return await(safe, limit);
    }

    private static boolean await(CountDownLatch latch, Duration limit) {
        try {
            return latch.await(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return latch.getCount() == 0;
        }
    }
}

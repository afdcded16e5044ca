package io.weathervane.store;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * Batches that wait to be written, in the order in which they were handed over. Only what may be left out is ever left out,
 * the oldest first, when more than {@link #BATCHES_MAX} wait. Its lock is held for no I/O.
 */
final class DeferredQueue {
    /** Batches that wait; beyond it those that may be left out are. */
    static final int BATCHES_MAX = 10_000;

    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by {@code lock}, as the next one. */
    private final Deque<DeferredRecordBatch> batches = new ArrayDeque<>();

    private long leftOut;

    void add(DeferredRecordBatch batch) {
        lock.lock();
        try {
            batches.add(batch);
            leaveOut();
        } finally {
            lock.unlock();
        }
    }

    private void leaveOut() {
        Iterator<DeferredRecordBatch> oldest = batches.iterator();
        while (batches.size() > BATCHES_MAX && oldest.hasNext()) {
            if (oldest.next().mayBeLeftOut()) {
                oldest.remove();
                leftOut++;
            }
        }
    }

    /** Puts batches before all others. */
    void addFirst(List<DeferredRecordBatch> earlier) {
        lock.lock();
        try {
            for (int i = earlier.size() - 1; i >= 0; i--) {
                batches.addFirst(earlier.get(i));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Those that wait, oldest first. */
    List<DeferredRecordBatch> all() {
        lock.lock();
        try {
            return List.copyOf(batches);
        } finally {
            lock.unlock();
        }
    }

    Optional<DeferredRecordBatch> first() {
        lock.lock();
        try {
            return Optional.ofNullable(batches.peekFirst());
        } finally {
            lock.unlock();
        }
    }

    boolean isEmpty() {
        return first().isEmpty();
    }

    /** The bodies of the records of a kind in these batches, oldest first. */
    List<String> bodies(String kind, Predicate<DeferredRecordBatch> which) {
        return all().stream()
                .filter(which)
                .flatMap(batch -> batch.records().stream())
                .filter(record -> record.kind().equals(kind))
                .map(DeferredRecord::body)
                .toList();
    }

    /** Takes a batch out; whether none waits any more. The count of those left out begins anew then. */
    boolean remove(DeferredRecordBatch batch) {
        lock.lock();
        try {
            batches.remove(batch);
            if (batches.isEmpty()) {
                leftOut = 0;
            }
            return batches.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Moves a batch behind all others; whether there are others. */
    boolean moveBehind(DeferredRecordBatch batch) {
        lock.lock();
        try {
            boolean others = batches.size() > 1 && batches.remove(batch);
            if (others) {
                batches.addLast(batch);
            }
            return others;
        } finally {
            lock.unlock();
        }
    }

    /** Batches that were left out since the queue was empty last. */
    long leftOut() {
        lock.lock();
        try {
            return leftOut;
        } finally {
            lock.unlock();
        }
    }
}

package io.weathervane.worker.protocol;

import io.weathervane.util.MemoryBudget;
import io.weathervane.util.Threads;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * A worker's stdin. Messages go through a bounded queue, in their order, and are written by the threads that bring them,
 * which saves the waking of another; but only while the pipe is sure to have room for them. Else a thread of our own
 * writes them, so that a worker that does not read blocks no caller.
 *
 * <p>The room: any pipe holds {@link #SURE_BYTES}, and a worker that has answered a request has read all that was written
 * up to it.
 */
final class WorkerStdinWriter {
    /** What any pipe holds, and takes whole or not at all: 4 KiB. Most pipes hold 64 KiB. */
    static final int SURE_BYTES = 4 * 1024;

    /** How long a message waits until those before it are written. */
    private static final Duration MEMORY_WAIT = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger("WorkerChannel");

    private static final Outgoing END = new Outgoing(new byte[0], null);

    private final String label;
    private final OutputStream out;
    private final Consumer<PendingCall> onNotSent;
    private final Runnable onBroken;
    private final BlockingQueue<Outgoing> queue;
    private final Thread writer;

    private final MemoryBudget.Account memory = MemoryBudget.ofCalls().account();

    /** Held to take messages out of the queue and write them. */
    private final ReentrantLock writing = new ReentrantLock();

    /** Bytes written so far; used under the lock. */
    private long written;

    /** How many of them the worker is known to have read. */
    private volatile long read;

    private volatile boolean ended;

    /** A message and the call that it begins, if any; none is empty but the end. */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    private record Outgoing(byte[] line, @Nullable PendingCall call, long claimed) {
        Outgoing(byte[] line, @Nullable PendingCall call) {
            this(line, call, call == null ? 0 : line.length);
        }

        boolean isEnd() {
            return line.length == 0;
        }
    }

    private WorkerStdinWriter(
            String label, OutputStream out, int queueMax, Consumer<PendingCall> onNotSent, Runnable onBroken) {
        this.label = label;
        this.out = out;
        this.queue = new LinkedBlockingQueue<>(queueMax);
        this.onNotSent = onNotSent;
        this.onBroken = onBroken;
        this.writer = Threads.once("worker-writer-" + label, this::writeQueued, this::broken);
    }

    /**
     * Begins to write.
     *
     * @param queueMax most messages that wait
     * @param onNotSent told of a call whose message could not be written
     * @param onBroken runs when the worker reads no longer
     */
    static WorkerStdinWriter start(
            String label, OutputStream out, int queueMax, Consumer<PendingCall> onNotSent, Runnable onBroken) {
        WorkerStdinWriter stdin = new WorkerStdinWriter(label, out, queueMax, onNotSent, onBroken);
        stdin.writer.start();
        return stdin;
    }

    /** Takes memory for a call's message that is about to be offered; false when too much waits for too long. */
    boolean claim(byte[] message) {
        try {
            return memory.claim(message.length, MEMORY_WAIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Why there was no memory. */
    String memoryLimit() {
        return memory.limit();
    }

    /** Writes the message, or has it written, after those before it; false when too many wait already. */
    boolean offer(byte[] message, @Nullable PendingCall call) {
        boolean taken = offered(new Outgoing(message, call));
        writeWhatFits();
        return taken;
    }

    private boolean offered(Outgoing next) {
        boolean taken = queue.offer(next);
        if (!taken) {
            memory.release(next.claimed());
        } else if (ended) {
            releaseQueued();
        }
        return taken;
    }

    /** As {@link #offer}, but lets other threads that bring one go first: one write then does for all. */
    @SuppressWarnings("ThreadPriorityCheck") // right without it, and cheaper with it
    boolean offerAmongOthers(byte[] message, PendingCall call) {
        boolean taken = offered(new Outgoing(message, call));
        Thread.yield();
        writeWhatFits();
        return taken;
    }

    /** Closes the worker's stdin after what was offered before; false when too much waits, and it stays open. */
    boolean close() {
        boolean taken = queue.offer(END);
        LockSupport.unpark(writer);
        return taken;
    }

    /** The worker has answered this call, so it has read all up to it. Called by one thread. */
    void markRead(PendingCall call) {
        read = Math.max(read, call.writtenUpTo());
    }

    /** Looks again after each write: who found the lock taken relies on it. */
    private void writeWhatFits() {
        while (!ended && !queue.isEmpty() && writing.tryLock()) {
            boolean all = false;
            try {
                Batch batch = nextBatch();
                all = batch.bytes.size() > 0 || queue.isEmpty();
                write(batch);
            } catch (IOException e) {
                broken(e);
            } catch (RuntimeException | Error e) {
                // A message may have been taken and not written: without it the others mean nothing.
                broken(e);
                throw e;
            } finally {
                writing.unlock();
            }
            if (!all) {
                LockSupport.unpark(writer);
                return;
            }
        }
    }

    /** Waits in a write as long as the worker does not read. */
    private void writeQueued() {
        try {
            while (!ended) {
                if (queue.isEmpty()) {
                    LockSupport.park(this);
                } else {
                    writeNext();
                }
            }
            out.close();
        } catch (IOException e) {
            broken(e);
            closeBroken();
        }
    }

    private void closeBroken() {
        try {
            out.close();
        } catch (IOException e) {
            LOG.debug("worker={} input was broken when it was closed: {}", label, e.getMessage());
        }
    }

    private void writeNext() throws IOException {
        writing.lock();
        try {
            Outgoing next = queue.poll();
            if (next != null && next.isEnd()) {
                ended = true;
            } else if (next != null) {
                Batch one = new Batch();
                one.add(next);
                write(one);
            }
        } finally {
            writing.unlock();
        }
    }

    /** The next messages that are sure to fit, maybe none. */
    private Batch nextBatch() {
        Batch batch = new Batch();
        Outgoing next = queue.peek();
        while (next != null && !next.isEnd() && batch.end() + next.line().length - read < SURE_BYTES) {
            batch.add(next);
            queue.remove();
            next = queue.peek();
        }
        return batch;
    }

    /** One write with the last newline last: one that fails has not delivered a whole message, or none of several. */
    private void write(Batch batch) throws IOException {
        if (batch.bytes.size() == 0) {
            return;
        }
        written = batch.end();
        try {
            batch.bytes.writeTo(out);
            out.flush();
        } catch (IOException | RuntimeException | Error e) {
            batch.calls.forEach(onNotSent);
            throw e;
        }
    }

    private void broken(Throwable e) {
        ended = true;
        releaseQueued();
        LockSupport.unpark(writer);
        onBroken.run();
        LOG.atLevel(e instanceof IOException ? Level.DEBUG : Level.ERROR)
                .log("worker={} input closed: {}", label, e.toString());
    }

    /** What will not be written holds no memory. */
    private void releaseQueued() {
        for (Outgoing next = queue.poll(); next != null; next = queue.poll()) {
            memory.release(next.claimed());
            PendingCall call = next.call();
            if (call != null) {
                onNotSent.accept(call);
            }
        }
    }

    /** Bytes of the messages that are written next, in one write; used under the lock. */
    private final class Batch {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final List<PendingCall> calls = new ArrayList<>();

        /** Adds a message, unless its call was withdrawn meanwhile. */
        void add(Outgoing next) {
            memory.release(next.claimed());
            PendingCall call = next.call();
            if (call != null && !call.beginWriting()) {
                return;
            }
            bytes.writeBytes(next.line());
            bytes.write('\n');
            if (call != null) {
                call.writtenUpTo(end());
                calls.add(call);
            }
        }

        long end() {
            return written + bytes.size();
        }
    }
}

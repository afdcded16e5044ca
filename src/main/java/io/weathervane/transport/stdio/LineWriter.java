package io.weathervane.transport.stdio;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes messages as lines: each with a single write, one at a time, or several that came in a burst with one. */
final class LineWriter {
    private static final Logger log = LoggerFactory.getLogger(LineWriter.class);

    /**
     * Answers that are held are written when they come to so much, 16 KiB: the client works on them while the rest of
     * the burst is answered. Smaller parts cost more in waking it up than they gain.
     */
    private static final int HELD_BYTES_MAX = 16 * 1024;

    /** A thread that adds to more than this that is not written yet waits until it is: 1 MiB. */
    private static final int WAITING_BYTES_MAX = 1024 * 1024;

    private final OutputStream out;
    private final Runnable onBroken;

    /** Held while bytes are written; what comes meanwhile is written by the same thread, with one write. */
    private final ReentrantLock writing = new ReentrantLock();

    private final Held held = new Held();
    private volatile boolean broken;

    /** @param onBroken runs once, when the reader of these lines is gone */
    LineWriter(OutputStream out, Runnable onBroken) {
        this.out = out;
        this.onBroken = onBroken;
    }

    /** Writes the message now, after those that are held; or has it written by the thread that writes just now. */
    void write(JsonRpcMessage message) {
        if (!broken) {
            held.add(JsonRpcCodec.writeLine(message));
            writeHeld();
        }
    }

    /** As {@link #write}, for messages that are sent together: a line with its end. */
    void writeLine(byte[] line) {
        if (!broken) {
            held.add(line);
            writeHeld();
        }
    }

    /** As {@link #write}, but lets other threads that are about to write go first: one write then does for all. */
    @SuppressWarnings("ThreadPriorityCheck") // right without it, and cheaper with it
    void writeAmongOthers(JsonRpcMessage message) {
        if (!broken) {
            held.add(JsonRpcCodec.writeLine(message));
            Thread.yield();
            writeHeld();
        }
    }

    /** Writes the message with the next, or with {@link #release}, which the caller owes it. */
    void hold(JsonRpcMessage message) {
        if (!broken && held.add(JsonRpcCodec.writeLine(message)) >= HELD_BYTES_MAX) {
            writeHeld();
        }
    }

    /** Writes what is held. */
    void release() {
        writeHeld();
    }

    /** As {@link #release}, after waiting at most so long for a thread that writes just now. */
    void finish(Duration limit) {
        try {
            if (writing.tryLock(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                writing.unlock();
            }
            writeHeld();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Looks again after each write: who found the lock taken relies on it. */
    private void writeHeld() {
        while (held.size() > 0 && !broken && mayWrite()) {
            try {
                out.write(held.take());
                out.flush();
            } catch (IOException e) {
                fail(e);
            } finally {
                writing.unlock();
            }
        }
    }

    private boolean mayWrite() {
        if (held.size() > WAITING_BYTES_MAX) {
            writing.lock();
            return true;
        }
        return writing.tryLock();
    }

    /** Lines that are not written yet. */
    private static final class Held {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        /** Returns how many bytes are held with these. */
        synchronized int add(byte[] line) {
            bytes.writeBytes(line);
            return bytes.size();
        }

        synchronized int size() {
            return bytes.size();
        }

        synchronized byte[] take() {
            byte[] taken = bytes.toByteArray();
            bytes.reset();
            return taken;
        }
    }

    /** Does not wait for a write that hangs: closing the stream is what ends it. */
    void close() {
        broken = true;
        try {
            out.close();
        } catch (IOException e) {
            log.debug("Closing a session's output failed", e);
        }
    }

    private void fail(IOException e) {
        if (!broken) {
            broken = true;
            log.debug("A session's output broke off", e);
            onBroken.run();
        }
    }
}

package io.weathervane.transport.stdio;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
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

    private final OutputStream out;
    private final Runnable onBroken;
    private final ReentrantLock lock = new ReentrantLock();
    private final ByteArrayOutputStream held = new ByteArrayOutputStream();
    private volatile boolean broken;

    /** @param onBroken runs once, when the reader of these lines is gone */
    LineWriter(OutputStream out, Runnable onBroken) {
        this.out = out;
        this.onBroken = onBroken;
    }

    /** Writes the message now, after those that are held. */
    void write(JsonRpcMessage message) {
        if (broken) {
            return;
        }
        byte[] line = JsonRpcCodec.writeLine(message);
        lock.lock();
        try {
            writeHeld();
            out.write(line);
            out.flush();
        } catch (IOException e) {
            fail(e);
        } finally {
            lock.unlock();
        }
    }

    /** Writes the message with the next, or with {@link #release}, which the caller owes it. */
    void hold(JsonRpcMessage message) {
        if (broken) {
            return;
        }
        byte[] line = JsonRpcCodec.writeLine(message);
        lock.lock();
        try {
            held.writeBytes(line);
            if (held.size() >= HELD_BYTES_MAX) {
                writeHeld();
            }
        } catch (IOException e) {
            fail(e);
        } finally {
            lock.unlock();
        }
    }

    /** Writes what is held. */
    void release() {
        lock.lock();
        try {
            writeHeld();
        } catch (IOException e) {
            fail(e);
        } finally {
            lock.unlock();
        }
    }

    private void writeHeld() throws IOException {
        if (held.size() > 0) {
            try {
                held.writeTo(out);
                out.flush();
            } finally {
                held.reset();
            }
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

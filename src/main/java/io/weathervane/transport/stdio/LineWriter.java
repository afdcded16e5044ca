package io.weathervane.transport.stdio;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcMessage;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes messages as lines, each with a single write, one at a time. */
final class LineWriter {
    private static final Logger log = LoggerFactory.getLogger(LineWriter.class);

    private final OutputStream out;
    private final Runnable onBroken;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile boolean broken;

    /** @param onBroken runs once, when the reader of these lines is gone */
    LineWriter(OutputStream out, Runnable onBroken) {
        this.out = out;
        this.onBroken = onBroken;
    }

    void write(JsonRpcMessage message) {
        if (broken) {
            return;
        }
        byte[] line = JsonRpcCodec.writeLine(message);
        lock.lock();
        try {
            out.write(line);
            out.flush();
        } catch (IOException e) {
            fail(e);
        } finally {
            lock.unlock();
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

package io.weathervane.transport.socket;

import io.weathervane.jsonrpc.MessageIdScanner;
import io.weathervane.util.BoundedLineReader;
import io.weathervane.util.Threads;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lines of standard input, read by one thread for the life of the process: the reader they go to changes,
 * and what a reader had read ahead would be lost with it. A line stays here until it is removed.
 */
final class StdinLineQueue {
    /** Most lines and bytes read ahead; then the client waits. A single line always fits. */
    private static final int LINES_MAX = 64;

    /** 8 MiB. */
    private static final long BYTES_MAX = 8L * 1024 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger("StdioServer");

    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long bytes;
    private boolean ended;

    private StdinLineQueue() {}

    /** Hears of lines over the limit. */
    interface TooLong {
        /** One was dropped; {@code scanner} is all that is known of it, until this returns. */
        void dropped(long bytes, MessageIdScanner scanner);
    }

    static StdinLineQueue start(InputStream in, int lineBytes, TooLong tooLong) {
        StdinLineQueue lines = new StdinLineQueue();
        Threads.daemon("stdin", () -> lines.readAll(in, lineBytes, tooLong)).start();
        return lines;
    }

    /** The first line that is not removed yet, waiting for one; empty at the end of the input. */
    Optional<byte[]> head() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (waiting.isEmpty() && !ended) {
                changed.await();
            }
            return Optional.ofNullable(waiting.peekFirst());
        } finally {
            lock.unlock();
        }
    }

    void removeHead() {
        lock.lock();
        try {
            bytes -= waiting.removeFirst().length;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The lines from the first that is not removed, as a stream that removes what it has given. */
    InputStream stream() {
        return new InputStream() {
            private byte[] line = new byte[0];
            private int position;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                if (position == line.length && !nextLine()) {
                    return -1;
                }
                int count = Math.min(length, line.length - position);
                System.arraycopy(line, position, target, offset, count);
                position += count;
                return count;
            }

            private boolean nextLine() throws IOException {
                try {
                    Optional<byte[]> next = head();
                    next.ifPresent(bytes -> {
                        line = withEnd(bytes);
                        position = 0;
                        removeHead();
                    });
                    return next.isPresent();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw (IOException) new InterruptedIOException("interrupted").initCause(e);
                }
            }
        };
    }

    private void readAll(InputStream in, int lineBytes, TooLong tooLong) {
        MessageIdScanner scanner = new MessageIdScanner();
        BoundedLineReader lines = new BoundedLineReader(in, lineBytes, scanner);
        try {
            Optional<BoundedLineReader.Line> line = lines.next();
            while (line.isPresent()) {
                if (line.get().tooLong()) {
                    tooLong.dropped(line.get().length(), scanner);
                } else {
                    add(line.get().bytes());
                }
                line = lines.next();
            }
        } catch (IOException e) {
            LOG.warn("Standard input broke off", e);
        } finally {
            end();
        }
    }

    private void add(byte[] line) {
        lock.lock();
        try {
            while (!waiting.isEmpty() && (waiting.size() >= LINES_MAX || bytes + line.length > BYTES_MAX)) {
                changed.awaitUninterruptibly();
            }
            waiting.addLast(line);
            bytes += line.length;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static byte[] withEnd(byte[] line) {
        byte[] ended = Arrays.copyOf(line, line.length + 1);
        ended[line.length] = '\n';
        return ended;
    }
}

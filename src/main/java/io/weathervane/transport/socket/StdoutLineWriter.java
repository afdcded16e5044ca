package io.weathervane.transport.socket;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcMessage;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;

/** Standard output, a whole line at a time whichever thread writes. */
final class StdoutLineWriter {
    private final OutputStream out;
    private final ReentrantLock lock = new ReentrantLock();

    StdoutLineWriter(OutputStream out) {
        this.out = out;
    }

    void write(JsonRpcMessage message) throws IOException {
        writeLine(JsonRpcCodec.write(message));
    }

    void writeLine(byte[] line) throws IOException {
        byte[] ended = Arrays.copyOf(line, line.length + 1);
        ended[line.length] = '\n';
        writeWhole(ended, 0, ended.length);
    }

    /**
     * A stream for a session that writes whole lines; the answers to what the client did not ask are kept from it.
     *
     * @param silent how many such answers there will be
     */
    OutputStream stream(int silent) {
        return new OutputStream() {
            private int silentPending = silent;

            @Override
            public void write(int value) throws IOException {
                writeWhole(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                int end = offset + length;
                int start = offset;
                while (silentPending > 0 && start < end) {
                    int next = endOfLine(bytes, start, end);
                    if (RelayReconnectState.isSilent(Arrays.copyOfRange(bytes, start, next))) {
                        silentPending--;
                    } else {
                        writeWhole(bytes, start, next - start);
                    }
                    start = next;
                }
                if (start < end) {
                    writeWhole(bytes, start, end - start);
                }
            }

            @Override
            public void close() throws IOException {
                out.close();
            }
        };
    }

    private static int endOfLine(byte[] bytes, int start, int end) {
        for (int i = start; i < end; i++) {
            if (bytes[i] == '\n') {
                return i + 1;
            }
        }
        return end;
    }

    private void writeWhole(byte[] bytes, int offset, int length) throws IOException {
        lock.lock();
        try {
            out.write(bytes, offset, length);
            out.flush();
        } finally {
            lock.unlock();
        }
    }
}

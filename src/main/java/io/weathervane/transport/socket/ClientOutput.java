package io.weathervane.transport.socket;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcMessage;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;

/** Standard output, a whole line at a time whoever writes. */
final class ClientOutput {
    private final OutputStream out;
    private final ReentrantLock lock = new ReentrantLock();

    ClientOutput(OutputStream out) {
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
     * A stream for a session that writes each line with one write; the answer to {@link RelayMemory#SILENT} is
     * kept from the client, who did not ask.
     */
    OutputStream stream() {
        return new OutputStream() {
            private boolean silentPending = true;

            @Override
            public void write(int value) throws IOException {
                writeWhole(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                if (silentPending && RelayMemory.isSilent(Arrays.copyOfRange(bytes, offset, offset + length))) {
                    silentPending = false;
                } else {
                    writeWhole(bytes, offset, length);
                }
            }

            @Override
            public void close() throws IOException {
                out.close();
            }
        };
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

package io.weathervane.transport.socket;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.util.Stopwatch;
import io.weathervane.util.Threads;
import io.weathervane.util.Ticker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Tells a connection why it is refused. The peer may be about to write its first request: a socket closed over bytes
 * that are not read loses the sentence, so the connection is read and dropped until the peer ends it, for a short while.
 */
final class ConnectionRefuser implements AutoCloseable {
    /** Most refused connections that are read at once; a further one is told and closed. */
    static final int READING_MAX = 8;

    /** How long a refused connection is read at most. */
    static final Duration READING_LIMIT = Duration.ofSeconds(1);

    private static final int CHUNK_BYTES = 8 * 1024;
    private static final Logger LOG = LoggerFactory.getLogger("SocketServer");

    private final Ticker ticker;
    private final Semaphore reading = new Semaphore(READING_MAX);
    private final ExecutorService readers = Threads.newPerTask("socket-refusal", READING_MAX);

    ConnectionRefuser(Ticker ticker) {
        this.ticker = ticker;
    }

    /** Answers and closes; returns before the peer has ended. */
    void refuse(SocketChannel channel, String why) throws IOException {
        try {
            sendRefusal(channel, why);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        if (reading.tryAcquire()) {
            readers.execute(() -> readToEnd(channel));
        } else {
            channel.close();
        }
    }

    /** Why a connection is refused, when this is the line that says so: an error that answers nothing. */
    static Optional<String> reason(byte[] line) {
        try {
            JsonNode message = JsonRpcCodec.JSON.readTree(line);
            return Optional.of(message.path("error").path("message").asString(""))
                    .filter(why -> !why.isEmpty()
                            && (!message.has("id") || message.path("id").isNull()));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        readers.shutdownNow();
    }

    private static void sendRefusal(SocketChannel channel, String why) throws IOException {
        byte[] refusal =
                JsonRpcCodec.write(new JsonRpcMessage.Failure(null, ErrorCode.INTERNAL_ERROR.code(), why, null));
        ByteBuffer line = ByteBuffer.allocate(refusal.length + 1)
                .put(refusal)
                .put((byte) '\n')
                .flip();
        while (line.hasRemaining()) {
            channel.write(line);
        }
        channel.shutdownOutput();
    }

    private void readToEnd(SocketChannel channel) {
        try (channel;
                Selector selector = Selector.open()) {
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            ByteBuffer dropped = ByteBuffer.allocate(CHUNK_BYTES);
            Stopwatch time = new Stopwatch(ticker, READING_LIMIT);
            long left = READING_LIMIT.toMillis();
            while (left > 0 && channel.read(dropped.clear()) >= 0) {
                selector.select(ready -> {}, left);
                left = time.left().toMillis();
            }
        } catch (IOException e) {
            LOG.debug("A refused connection ended badly", e);
        } finally {
            reading.release();
        }
    }
}

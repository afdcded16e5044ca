package io.weathervane.testing;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.logging.Logger;

/**
 * Stands at a workspace's socket before its server and hands on every line both ways, so that what the server sends to
 * a client that shows no messages, such as the command line, is checked against its generation's schema too.
 */
public final class RecordingSocketProxy implements AutoCloseable {
    private static final Logger ENDED = Logger.getLogger(RecordingSocketProxy.class.getName());

    private final Path behind;
    private final ServerSocketChannel listener;
    private final Queue<WireCheck> checks = new ConcurrentLinkedQueue<>();

    private RecordingSocketProxy(Path socket) throws IOException {
        this.behind = Files.move(socket, socket.resolveSibling("behind.sock"));
        this.listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
        start(this::accept);
    }

    /** Takes the place of a socket on which a server listens. */
    public static RecordingSocketProxy before(Path socket) throws IOException {
        return new RecordingSocketProxy(socket);
    }

    /** Fails when a message of the server's was not as it must be. */
    public void verify() {
        checks.forEach(WireCheck::verify);
    }

    @Override
    public void close() throws IOException {
        listener.close();
        Files.deleteIfExists(behind);
        verify();
    }

    private void accept() throws IOException {
        while (true) {
            SocketChannel client = listener.accept();
            SocketChannel server = SocketChannel.open(UnixDomainSocketAddress.of(behind));
            WireCheck check = new WireCheck();
            checks.add(check);
            start(() -> pass(client, server, check::sent));
            start(() -> pass(server, client, line -> check.received(JsonRpcCodec.JSON.readTree(line))));
        }
    }

    /** Hands on each line once it was looked at; the end of one side is the end of both. */
    private static void pass(SocketChannel from, SocketChannel to, Consumer<String> look) throws IOException {
        try (from;
                to;
                InputStream in = new BufferedInputStream(Channels.newInputStream(from))) {
            for (byte[] line = nextLine(in); line.length > 0; line = nextLine(in)) {
                if (line[line.length - 1] == '\n') {
                    look.accept(new String(line, StandardCharsets.UTF_8));
                }
                write(to, line);
            }
        }
    }

    /** Who does not read any more may still have sent something, whose end is the end of both. */
    private static void write(SocketChannel to, byte[] line) {
        try {
            // Not by a stream: one that writes waits for one that reads the same channel on JDK 17.
            ByteBuffer rest = ByteBuffer.wrap(line);
            while (rest.hasRemaining()) {
                to.write(rest);
            }
        } catch (IOException e) {
            ENDED.fine(() -> "a line was not read: " + e);
        }
    }

    /** Up to the end of a line, which belongs to it, or of everything. */
    private static byte[] nextLine(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0; next = in.read()) {
            line.write(next);
            if (next == '\n') {
                break;
            }
        }
        return line.toByteArray();
    }

    private interface SocketAction {
        void run() throws IOException;
    }

    private static void start(SocketAction action) {
        Thread thread = new Thread(
                () -> {
                    try {
                        action.run();
                    } catch (IOException e) {
                        ENDED.fine(() -> "a connection or the socket was closed: " + e);
                    }
                },
                "watched-socket");
        thread.setDaemon(true);
        thread.start();
    }
}

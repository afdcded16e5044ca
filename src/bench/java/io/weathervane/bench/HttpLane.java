package io.weathervane.bench;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One kept-alive HTTP connection with one request in flight on it. */
final class HttpLane implements AutoCloseable {
    private static final int BUFFER = 1 << 16;
    private static final byte[] HEAD_END = {'\r', '\n', '\r', '\n'};
    private static final byte[] CHUNKS_END = {'\r', '\n', '0', '\r', '\n', '\r', '\n'};
    private static final String LENGTH = "content-length:";
    private static final String ENCODING = "transfer-encoding:";
    private static final String SESSION = "mcp-session-id:";

    private final SocketChannel channel;
    private final String host;
    private final ByteBuffer input = ByteBuffer.allocate(BUFFER);
    private final List<String> headers = new ArrayList<>();
    private int bodyFrom;
    private int bodyEnd;
    private int status;
    private boolean chunked;

    HttpLane(URI uri) throws IOException {
        channel = SocketChannel.open(new InetSocketAddress(uri.getHost(), uri.getPort()));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        host = uri.getHost() + ":" + uri.getPort();
    }

    /** Does what the protocol asks before the first call, and keeps the session it is given. */
    void handshake(Protocol protocol) throws IOException {
        if (protocol.hasHandshake()) {
            exchange(request(protocol.initialize(), List.of()));
            headerValue(SESSION).ifPresent(id -> headers.add("Mcp-Session-Id: " + id));
            exchange(request(protocol.initialized(), protocol.callHeaders()));
        }
        headers.addAll(protocol.callHeaders());
    }

    /** The request that carries this message on this connection. */
    byte[] request(byte[] body, List<String> more) {
        List<String> lines = new ArrayList<>(List.of(
                "POST /mcp HTTP/1.1",
                "Host: " + host,
                "Content-Type: application/json",
                "Accept: application/json, text/event-stream",
                "Content-Length: " + body.length));
        lines.addAll(headers);
        lines.addAll(more);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes((String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes(body);
        return bytes.toByteArray();
    }

    /** Sends and waits, on a channel that blocks. */
    void exchange(byte[] request) throws IOException {
        send(request);
        while (!receive()) {
            Thread.onSpinWait();
        }
    }

    void send(byte[] request) throws IOException {
        ByteBuffer output = ByteBuffer.wrap(request);
        while (output.hasRemaining()) {
            channel.write(output);
        }
    }

    /** Reads what is there; whether the answer is complete. The next answer begins with the next read. */
    boolean receive() throws IOException {
        if (bodyEnd > 0) {
            input.clear();
            bodyEnd = 0;
            bodyFrom = 0;
        }
        if (channel.read(input) < 0) {
            throw new EOFException("the server closed the connection");
        }
        if (bodyFrom == 0) {
            readHead();
        }
        if (chunked && bodyFrom > 0 && hasLastChunk()) {
            bodyEnd = input.position();
            findMessage();
        }
        return bodyEnd > 0 && input.position() >= bodyEnd;
    }

    /** Nothing follows an answer before the next request, so that its end is the end of what was read. */
    private boolean hasLastChunk() {
        int from = input.position() - CHUNKS_END.length;
        return from >= bodyFrom - 2 && Bytes.indexOf(input.array(), input.position(), CHUNKS_END, from) == from;
    }

    /** Leaves out what is around the message: chunks, and the fields of an event. */
    private void findMessage() {
        int begin = Bytes.indexOf(input.array(), bodyEnd, (byte) '{', bodyFrom);
        if (begin >= 0) {
            bodyFrom = begin;
            while (input.array()[bodyEnd - 1] != '}') {
                bodyEnd--;
            }
        }
    }

    private void readHead() throws IOException {
        int end = Bytes.indexOf(input.array(), input.position(), HEAD_END, 0);
        if (end < 0) {
            return;
        }
        bodyFrom = end + HEAD_END.length;
        status = Integer.parseInt(new String(input.array(), 9, 3, StandardCharsets.US_ASCII));
        chunked = headerValue(ENCODING).isPresent();
        int length = headerValue(LENGTH).map(Integer::parseInt).orElse(0);
        if (status / 100 != 2 || (length == 0 && status == 200 && !chunked)) {
            throw new IOException("an answer this client does not take: "
                    + new String(input.array(), 0, input.position(), StandardCharsets.UTF_8));
        }
        bodyEnd = chunked ? 0 : bodyFrom + length;
    }

    private Optional<String> headerValue(String name) {
        String head = new String(input.array(), 0, bodyFrom, StandardCharsets.US_ASCII);
        int at = head.toLowerCase(Locale.ROOT).indexOf("\r\n" + name);
        if (at < 0) {
            return Optional.empty();
        }
        int from = at + 2 + name.length();
        return Optional.of(head.substring(from, head.indexOf("\r\n", from)).strip());
    }

    byte[] bytes() {
        return input.array();
    }

    int bodyFrom() {
        return bodyFrom;
    }

    int bodyEnd() {
        return bodyEnd;
    }

    SocketChannel channel() {
        return channel;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}

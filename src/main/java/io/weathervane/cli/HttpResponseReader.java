package io.weathervane.cli;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.util.BoundedLineReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads the answer out of an HTTP response: one JSON body, or a stream of events that ends with it. */
final class HttpResponseReader {
    /** Most bytes of one answer: 16 MiB. */
    private static final int ANSWER_BYTES_MAX = 4 * JsonRpcCodec.MESSAGE_BYTES_MAX;

    private static final String DATA = "data:";

    private HttpResponseReader() {}

    static JsonRpcMessage.Response read(
            HttpResponse<?> response, InputStream body, Consumer<JsonRpcMessage.Notification> heard)
            throws IOException {
        String type = response.headers().firstValue("Content-Type").orElse("");
        if (type.startsWith("text/event-stream")) {
            return fromEvents(body, heard);
        }
        if (type.startsWith("application/json")) {
            return fromBody(body);
        }
        throw new NotAnAnswer("HTTP status " + response.statusCode() + " with "
                + (type.isEmpty() ? "no content type" : "content type " + type));
    }

    private static JsonRpcMessage.Response fromBody(InputStream body) throws IOException {
        byte[] bytes = body.readNBytes(ANSWER_BYTES_MAX);
        if (JsonRpcCodec.read(bytes) instanceof JsonRpcMessage.Response response) {
            return response;
        }
        throw new NotAnAnswer("the body is no JSON-RPC response");
    }

    private static JsonRpcMessage.Response fromEvents(InputStream body, Consumer<JsonRpcMessage.Notification> heard)
            throws IOException {
        BoundedLineReader lines = new BoundedLineReader(body, ANSWER_BYTES_MAX);
        StringBuilder data = new StringBuilder();
        while (true) {
            Optional<BoundedLineReader.Line> line = lines.next();
            String text = line.map(HttpResponseReader::text).orElse("");
            if (text.startsWith(DATA)) {
                data.append(text, DATA.length(), text.length()).append('\n');
            } else if (text.isEmpty() && !data.isEmpty()) {
                JsonRpcMessage message = JsonRpcCodec.read(data.toString().getBytes(StandardCharsets.UTF_8));
                data.setLength(0);
                if (message instanceof JsonRpcMessage.Response response) {
                    return response;
                }
                if (message instanceof JsonRpcMessage.Notification notification) {
                    heard.accept(notification);
                }
            }
            if (line.isEmpty()) {
                throw new IOException("the stream ended before the answer");
            }
        }
    }

    private static String text(BoundedLineReader.Line line) {
        return new String(line.bytes(), StandardCharsets.UTF_8);
    }

    /** The other end speaks HTTP, but not MCP. */
    static final class NotAnAnswer extends IOException {
        private static final long serialVersionUID = 1L;

        NotAnAnswer(String message) {
            super(message);
        }
    }
}

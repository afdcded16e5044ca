package io.weathervane.transport.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/** Reads a request's body, never holding more than one message may have. */
final class RequestBodyReader {
    /**
     * @param bytes most bytes of a body
     * @param drained most bytes of an oversize body that are read and dropped to keep its connection
     */
    record Limits(int bytes, long drained) {}

    private static final int CHUNK_BYTES = 16 * 1024;

    /** Most bytes of an unwanted body that are read to keep its connection: 64 KiB. */
    private static final int DISCARD_BYTES_MAX = 64 * 1024;

    private RequestBodyReader() {}

    /** The body is over the limit. */
    static final class TooLargeException extends Exception {
        private static final long serialVersionUID = 1L;

        private final boolean drained;

        TooLargeException(boolean drained, int limit) {
            super("The body is over the limit of " + limit + " bytes (server.limits.bodyBytes)");
            this.drained = drained;
        }

        /** Whether the rest of the body was read, so that the connection can be used again. */
        boolean drained() {
            return drained;
        }
    }

    /** Reads it all; of one that is too large so much is read and dropped as the drain bound allows. */
    static byte[] read(Request request, int limit, long drainBytes) throws IOException, TooLargeException {
        long length = request.getLength();
        if (length > limit && (length > drainBytes || awaitsConsent(request))) {
            throw new TooLargeException(false, limit);
        }
        InputStream in = Content.Source.asInputStream(request);
        if (length > limit) {
            throw new TooLargeException(drain(in, drainBytes), limit);
        }
        return length >= 0 ? exactly(in, (int) length) : upToLimit(in, limit, drainBytes);
    }

    /**
     * Reads and drops the body of a request that is refused before it was read: to close its connection would look to
     * the client, who may be sending its next request, like a server that is gone. A large body does end it.
     */
    static void discard(HttpExchange httpExchange) {
        discard(httpExchange, DISCARD_BYTES_MAX);
    }

    /** The same of a request that may be sent again: its client is to read why, which needs its body to be read. */
    static void discard(HttpExchange httpExchange, int most) {
        Request request = httpExchange.request();
        try {
            boolean small = request.getLength() <= most && !awaitsConsent(request);
            if (!small || !drain(Content.Source.asInputStream(request), most)) {
                JsonResponses.closeAfter(httpExchange);
            }
        } catch (IOException e) {
            JsonResponses.closeAfter(httpExchange);
        }
    }

    private static byte[] exactly(InputStream in, int length) throws IOException {
        byte[] body = new byte[length];
        int read = in.readNBytes(body, 0, length);
        if (read < length) {
            throw new IOException("the body ended after " + read + " of " + length + " bytes");
        }
        return body;
    }

    private static byte[] upToLimit(InputStream in, int limit, long drainBytes) throws IOException, TooLargeException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] chunk = new byte[CHUNK_BYTES];
        for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
            if (body.size() + read > limit) {
                throw new TooLargeException(drain(in, drainBytes - body.size()), limit);
            }
            body.write(chunk, 0, read);
        }
        return body.toByteArray();
    }

    private static boolean drain(InputStream in, long bytes) throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        long left = bytes;
        int read = in.read(chunk);
        while (read >= 0 && left > 0) {
            left -= read;
            read = in.read(chunk);
        }
        return read < 0;
    }

    /** A client that sends {@code Expect: 100-continue} has not begun to send the body. */
    private static boolean awaitsConsent(Request request) {
        return request.getHeaders().contains(HttpHeader.EXPECT);
    }
}

package io.weathervane.transport.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Wire form of server-sent events: one message, whole, on one data line. */
public final class SseFormat {
    /** What a client waits before it comes back for the rest of a stream: 500 ms. */
    private static final int RETRY_MILLIS = 500;

    public static final byte[] COMMENT = ascii(": still working\n\n");

    private static final byte[] EVENT = ascii("event: message\n");
    private static final byte[] DATA = ascii("data: ");
    private static final byte[] END = ascii("\n\n");

    private SseFormat() {}

    public static byte[] event(byte[] json) {
        return joined(EVENT, DATA, json, END);
    }

    public static byte[] event(String id, byte[] json) {
        return joined(EVENT, ascii("id: " + id + "\n"), DATA, json, END);
    }

    /** Gives the client an id to come back with, before there is anything to say. */
    public static byte[] priming(String id) {
        return ascii("id: " + id + "\nretry: " + RETRY_MILLIS + "\ndata: \n\n");
    }

    private static byte[] joined(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream(length);
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

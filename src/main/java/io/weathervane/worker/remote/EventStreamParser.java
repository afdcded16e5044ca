package io.weathervane.worker.remote;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * Reads an event stream ({@code text/event-stream}) as it comes in, whole events at a time; an event that the stream ends in
 * is none. Not safe for use by several threads.
 */
final class EventStreamParser {
    /** Longest name or id of an event, and the longest number of milliseconds: 4 KiB. */
    private static final int FIELD_BYTES_MAX = 4 * 1024;

    private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final int dataMax;
    private final Sink sink;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private String name = "";
    private boolean hasData;
    private boolean dropped;
    private boolean afterReturn;
    private boolean begun;
    private Optional<String> newId = Optional.empty();
    private volatile Optional<String> lastId = Optional.empty();
    private volatile Optional<Duration> retry = Optional.empty();

    /** Gets what is read, on the thread that reads. */
    interface Sink {
        /** The head of the answer is there, whatever its body is. */
        default void begun(int status, HttpHeaders headers) {}

        /** The data of an event that is a message. */
        void message(byte[] data);

        /** An event has more data than is kept; it is dropped. */
        default void tooLong(int bytesMax) {}
    }

    /** @param dataMax most bytes of an event's data */
    EventStreamParser(int dataMax, Sink sink) {
        this.dataMax = dataMax;
        this.sink = sink;
    }

    /** The id of the newest event, to go on after; empty when the server gives none. */
    Optional<String> lastId() {
        return lastId;
    }

    /** How long the server wants us to wait before we come again. */
    Optional<Duration> retry() {
        return retry;
    }

    void take(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            if (afterReturn && bytes.get(bytes.position()) == '\n') {
                bytes.get();
            }
            afterReturn = false;
            takeLine(bytes);
        }
    }

    /** Up to the end of a line, or of what is there of it. */
    private void takeLine(ByteBuffer bytes) {
        int end = bytes.position();
        while (end < bytes.limit() && bytes.get(end) != '\n' && bytes.get(end) != '\r') {
            end++;
        }
        byte[] part = new byte[end - bytes.position()];
        bytes.get(part);
        if (line.size() + part.length <= dataMax + FIELD_BYTES_MAX) {
            line.writeBytes(part);
        } else {
            dropped = true;
        }
        if (bytes.hasRemaining()) {
            afterReturn = bytes.get() == '\r';
            endLine();
        }
    }

    private void endLine() {
        byte[] whole = line.toByteArray();
        line.reset();
        int from = !begun && startsWithMark(whole) ? MARK.length : 0;
        begun = true;
        if (whole.length == from) {
            dispatch();
        } else if (whole[from] != ':') {
            field(whole, from);
        }
    }

    private static boolean startsWithMark(byte[] whole) {
        return whole.length >= MARK.length && whole[0] == MARK[0] && whole[1] == MARK[1] && whole[2] == MARK[2];
    }

    private void field(byte[] whole, int from) {
        int colon = from;
        while (colon < whole.length && whole[colon] != ':') {
            colon++;
        }
        int value = Math.min(whole.length, colon + 1);
        if (value < whole.length && whole[value] == ' ') {
            value++;
        }
        String field = text(whole, from, colon - from);
        if (field.equals("data")) {
            addData(whole, value);
        } else if (field.equals("event")) {
            name = text(whole, value, whole.length - value);
        } else if (field.equals("id")) {
            newId = Optional.of(text(whole, value, whole.length - value))
                    .filter(id -> id.chars().allMatch(c -> c > ' ' && c < 0x7F));
        } else if (field.equals("retry")) {
            retry = millis(text(whole, value, whole.length - value)).or(() -> retry);
        }
    }

    private void addData(byte[] whole, int value) {
        if (data.size() + whole.length - value > dataMax) {
            dropped = true;
            return;
        }
        if (hasData) {
            data.write('\n');
        }
        hasData = true;
        data.write(whole, value, whole.length - value);
    }

    private static String text(byte[] whole, int from, int length) {
        return new String(whole, from, Math.min(length, FIELD_BYTES_MAX), StandardCharsets.UTF_8);
    }

    private static Optional<Duration> millis(String text) {
        return text.length() <= 9 && !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')
                ? Optional.of(Duration.ofMillis(Long.parseLong(text)))
                : Optional.empty();
    }

    /** What has a name of its own is no message of MCP. */
    private void dispatch() {
        newId.ifPresent(id -> lastId = Optional.of(id).filter(text -> !text.isEmpty()));
        newId = Optional.empty();
        boolean whole = hasData && data.size() > 0 && !dropped;
        boolean message = whole && (name.isEmpty() || name.equals("message"));
        boolean tooLong = dropped;
        byte[] taken = message ? data.toByteArray() : new byte[0];
        data.reset();
        hasData = false;
        dropped = false;
        name = "";
        if (message) {
            sink.message(taken);
        } else if (tooLong) {
            sink.tooLong(dataMax);
        }
    }
}

package io.weathervane.worker.remote;

import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * What came back of one request, when it is all there.
 *
 * @param body what was kept of it; empty for an event stream, whose events were passed on as they came
 * @param problem why the body is not whole; empty when it is
 * @param giveBack gives back the memory of the body
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
record CompleteResponse(int status, HttpHeaders headers, byte[] body, Optional<String> problem, Runnable giveBack) {
    static final String EVENT_STREAM = "text/event-stream";
    static final String JSON = "application/json";

    /** The media type without its parameters, in small letters; empty when there is none. */
    static String typeOf(HttpHeaders headers) {
        String type = headers.firstValue("Content-Type").orElse("");
        int end = type.indexOf(';');
        return (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }

    String type() {
        return typeOf(headers);
    }

    boolean isOk() {
        return status >= 200 && status < 300;
    }

    /** Whether it says that what the request carried lets no one in. */
    boolean isUnauthorized() {
        return status == 401 || status == 403 || status == 407;
    }

    boolean isEventStream() {
        return type().equals(EVENT_STREAM);
    }

    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }
}

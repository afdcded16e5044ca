package io.weathervane.transport.socket;

import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.util.Stopwatch;
import io.weathervane.util.Ticker;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Deadline for an answer: the limit from the request on, and again from each progress of that request. */
public final class ProgressRenewedDeadline {
    private final Ticker ticker;
    private final Duration limit;
    private final JsonNode token;
    private volatile Stopwatch time;

    /** @param params the request's, with the token by which it asks for progress, if it does */
    public ProgressRenewedDeadline(Ticker ticker, Duration limit, ObjectNode params) {
        this.ticker = ticker;
        this.limit = limit;
        this.token = params.at("/_meta/progressToken");
        this.time = new Stopwatch(ticker, limit);
    }

    /** Takes a notification that came before the answer. */
    public void renew(JsonRpcMessage.Notification notification) {
        if (notification.method().equals("notifications/progress")
                && !token.isMissingNode()
                && notification.params().path("progressToken").equals(token)) {
            time = new Stopwatch(ticker, limit);
        }
    }

    /** Not negative; 0 when the time is over. */
    public long nanosLeft() {
        return time.leftNanos();
    }
}

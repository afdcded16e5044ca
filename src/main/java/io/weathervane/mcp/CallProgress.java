package io.weathervane.mcp;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.jsonrpc.RequestId;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Progress of one call as its client may see it: only when the request has a token for it, strictly growing, and not a
 * flood. Not safe for several threads: the call asks it under the lock that it sends under.
 */
final class CallProgress {
    /** Messages that a call may send as fast as it likes. */
    private static final int BURST = 100;

    /** Least time between messages after that: 100 ms. */
    private static final long INTERVAL_NANOS = 100_000_000;

    private final JsonNode token;
    private double last = Double.NEGATIVE_INFINITY;
    private long lastAt;
    private int count;

    /** @param token of the request's {@code _meta}; missing when the client wants no progress */
    CallProgress(JsonNode token) {
        this.token = token;
    }

    /** Whether the client wants progress: MCP has a string or a whole number as its token. */
    boolean isWanted() {
        return token.isString() || RequestId.isWhole(token);
    }

    /**
     * The message to send; empty when it must not be sent, or not now.
     *
     * @param total left out of the message when it is not a positive number
     * @param message left out when empty
     */
    Optional<JsonRpcMessage.Notification> next(double progress, double total, String message, long now) {
        return isDue(progress, total, now) ? Optional.of(message(progress, total, message)) : Optional.empty();
    }

    /** The same with the params of another server's message, which go on as they came but for the token. */
    Optional<JsonRpcMessage.Notification> next(ObjectNode params, long now) {
        JsonNode done = params.path("progress");
        if (!done.isNumber() || !isDue(done.doubleValue(), params.path("total").asDouble(0), now)) {
            return Optional.empty();
        }
        ObjectNode own = JsonRpcCodec.JSON.createObjectNode();
        own.setAll(params);
        own.set("progressToken", token);
        return Optional.of(new JsonRpcMessage.Notification(KnownMethods.PROGRESS, own));
    }

    /** The last step is never held back. */
    private boolean isDue(double progress, double total, long now) {
        if (!isWanted() || !(progress > last) || Double.isInfinite(progress)) {
            return false;
        }
        boolean tooSoon = count >= BURST && now - lastAt < INTERVAL_NANOS;
        if (tooSoon && progress != total) {
            return false;
        }
        last = progress;
        lastAt = now;
        count++;
        return true;
    }

    private JsonRpcMessage.Notification message(double progress, double total, String message) {
        ObjectNode params = JsonRpcCodec.JSON.createObjectNode();
        params.set("progressToken", token);
        putNumber(params, "progress", progress);
        if (Double.isFinite(total) && total > 0) {
            putNumber(params, "total", total);
        }
        if (!message.isEmpty()) {
            params.put("message", message);
        }
        return new JsonRpcMessage.Notification(KnownMethods.PROGRESS, params);
    }

    /** 3 rather than 3.0, where it is whole. */
    private static void putNumber(ObjectNode params, String name, double number) {
        if (number == Math.rint(number) && Math.abs(number) < Long.MAX_VALUE) {
            params.put(name, (long) number);
        } else {
            params.put(name, number);
        }
    }
}

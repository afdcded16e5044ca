package io.weathervane.mcp;

import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.jsonrpc.RequestId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;

/** The requests of one client that are being worked on, by id, so that they can be cancelled. */
public final class RunningCalls {
    private final ConcurrentHashMap<RequestId, RunningCall> byId = new ConcurrentHashMap<>();

    /** Takes the call in until it has ended; returns false when a request with this id is running already. */
    public boolean add(RunningCall call) {
        RequestId id = call.request().request().id();
        if (byId.putIfAbsent(id, call) != null) {
            return false;
        }
        call.whenEnded(() -> byId.remove(id, call));
        return true;
    }

    /** Acts on {@code notifications/cancelled}; any other notification, and an unknown id, is ignored. */
    public void notified(JsonRpcMessage.Notification notification) {
        if (!notification.method().equals(KnownMethods.CANCELLED)) {
            return;
        }
        RequestId id = RequestId.from(notification.params().get("requestId"));
        RunningCall call = id == null ? null : byId.get(id);
        if (call != null) {
            JsonNode reason = notification.params().path("reason");
            call.cancel(reason.isString() ? Optional.of(reason.stringValue()) : Optional.empty());
        }
    }

    public void cancelAll() {
        List.copyOf(byId.values()).forEach(RunningCall::cancel);
    }
}

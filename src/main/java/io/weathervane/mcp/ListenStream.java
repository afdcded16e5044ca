package io.weathervane.mcp;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.tool.Caller;
import tools.jackson.databind.node.ObjectNode;

/** One open {@code subscriptions/listen}: every message of it carries the id of its request. */
final class ListenStream {
    private static final String SUBSCRIPTION = "io.modelcontextprotocol/subscriptionId";

    private final RunningCall call;

    ListenStream(RunningCall call) {
        this.call = call;
    }

    /** @param filter what is honoured */
    void acknowledge(ListenFilter filter) {
        ObjectNode params = JsonRpcCodec.JSON.createObjectNode();
        params.set("notifications", filter.toJson());
        send(new JsonRpcMessage.Notification(KnownMethods.ACKNOWLEDGED, params));
    }

    void send(JsonRpcMessage.Notification notification) {
        ObjectNode meta = JsonRpcCodec.JSON.createObjectNode();
        if (notification.params().get("_meta") instanceof ObjectNode theirs) {
            meta.setAll(theirs);
        }
        notification.params().set("_meta", meta.setAll(meta()));
        call.send(notification);
    }

    /**
     * The server ends it. The specification asks for a result in one place and for a cancellation in another; on a
     * stream of lines, which goes on, a client gets both.
     */
    void end(ResultFormatter formatter) {
        JsonRpcMessage.Request request = call.request().request();
        if (call.responseChannel().caller().transport() != Caller.Transport.HTTP) {
            ObjectNode cancelled = JsonRpcCodec.JSON.createObjectNode();
            cancelled.set("requestId", request.id().toJson());
            cancelled.put("reason", "the server ends");
            send(new JsonRpcMessage.Notification(KnownMethods.CANCELLED, cancelled));
        }
        ObjectNode result = JsonRpcCodec.JSON.createObjectNode();
        result.set("_meta", meta());
        call.answer(new JsonRpcMessage.Success(request.id(), formatter.plain(ProtocolGeneration.MODERN, result)));
    }

    private ObjectNode meta() {
        ObjectNode meta = JsonRpcCodec.JSON.createObjectNode();
        meta.set(SUBSCRIPTION, call.request().request().id().toJson());
        return meta;
    }
}

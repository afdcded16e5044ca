package io.weathervane.mcp;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcMessage;
import tools.jackson.databind.node.ObjectNode;

/**
 * A change that clients may have subscribed to: of a list, or of a resource's content.
 *
 * @param method the notification's
 * @param uri the resource, empty when it is about a list
 * @param more what another server says beyond
 * @param number tells one message of another server from the next, which may say the same; 0 for changes
 */
public record ServerChange(String method, String uri, ObjectNode more, long number) {
    private static final ObjectNode NOTHING = JsonRpcCodec.JSON.createObjectNode();

    static final ServerChange TOOLS = new ServerChange(KnownMethods.TOOLS_CHANGED, "", NOTHING, 0);
    static final ServerChange PROMPTS = new ServerChange(KnownMethods.PROMPTS_CHANGED, "", NOTHING, 0);
    static final ServerChange RESOURCES = new ServerChange(KnownMethods.RESOURCES_CHANGED, "", NOTHING, 0);

    static ServerChange of(String uri) {
        return new ServerChange(KnownMethods.RESOURCE_UPDATED, uri, NOTHING, 0);
    }

    /** @param params as another server says it, with fields that are unknown here */
    static ServerChange of(String uri, ObjectNode params) {
        return params.size() <= 1 ? of(uri) : new ServerChange(KnownMethods.RESOURCE_UPDATED, uri, params, 0);
    }

    /** The same without what another server says beyond: of these there are only so many. */
    ServerChange plain() {
        return number == 0 ? new ServerChange(method, uri, NOTHING, 0) : this;
    }

    public boolean isAboutList() {
        return uri.isEmpty();
    }

    JsonRpcMessage.Notification toNotification() {
        ObjectNode params = JsonRpcCodec.JSON.createObjectNode();
        params.setAll(more);
        if (!isAboutList()) {
            params.put("uri", uri);
        }
        return new JsonRpcMessage.Notification(method, params);
    }
}

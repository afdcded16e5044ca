package io.weathervane.mcp;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcMessage;
import tools.jackson.databind.node.ObjectNode;

/**
 * Something clients may want to be told: a list is another than before, or a resource's content is.
 *
 * @param method the notification's
 * @param uri the resource, empty when it is about a list
 */
record Change(String method, String uri) {
    static final Change TOOLS = new Change(Methods.TOOLS_CHANGED, "");
    static final Change PROMPTS = new Change(Methods.PROMPTS_CHANGED, "");
    static final Change RESOURCES = new Change(Methods.RESOURCES_CHANGED, "");

    static Change of(String uri) {
        return new Change(Methods.RESOURCE_UPDATED, uri);
    }

    boolean isAboutList() {
        return uri.isEmpty();
    }

    JsonRpcMessage.Notification toNotification() {
        ObjectNode params = JsonRpcCodec.JSON.createObjectNode();
        if (!isAboutList()) {
            params.put("uri", uri);
        }
        return new JsonRpcMessage.Notification(method, params);
    }
}

package io.weathervane.mcp;

import io.weathervane.tool.CallChannel;
import tools.jackson.databind.node.ObjectNode;

/** The requests and notifications of another server's extensions, which MCP does not name and this server does not know. */
public interface UpstreamExtensionMethods {
    /** Whether the other server has announced an extension; does not wait. */
    boolean areOffered();

    /**
     * Sends the request once.
     *
     * @param params without {@code _meta}
     * @return the other server's result, as it is
     * @throws io.weathervane.jsonrpc.JsonRpcException when it answers with an error, or not
     */
    ObjectNode request(String method, ObjectNode params, CallChannel channel);

    /** Passes a client's notification on: of an extension, or that its roots have changed. Never blocks. */
    void notified(String method, ObjectNode params);

    static UpstreamExtensionMethods none() {
        return new UpstreamExtensionMethods() {
            @Override
            public boolean areOffered() {
                return false;
            }

            @Override
            public ObjectNode request(String method, ObjectNode params, CallChannel channel) {
                throw new IllegalStateException("no other server has " + method);
            }

            @Override
            public void notified(String method, ObjectNode params) {}
        };
    }
}

package io.weathervane.gateway.composite;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.mcp.UpstreamExtensionMethods;
import io.weathervane.tool.CallChannel;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The methods of all services' extensions: a request goes to the first service that has the method. */
record CompositeExtensionMethods(ServiceFanOut services) implements UpstreamExtensionMethods {
    @Override
    public boolean areOffered() {
        return services.services().stream()
                .anyMatch(service -> service.others().methods().areOffered());
    }

    @Override
    public ObjectNode request(String method, ObjectNode params, CallChannel channel) {
        @Nullable JsonRpcException unknown = null;
        for (UpstreamService service : services.services()) {
            UpstreamExtensionMethods methods = service.others().methods();
            if (!methods.areOffered()) {
                continue;
            }
            try {
                return methods.request(method, params, channel);
            } catch (JsonRpcException e) {
                if (e.code() != ErrorCode.METHOD_NOT_FOUND.code()) {
                    throw e; // it may have been done
                }
                unknown = unknown == null ? e : unknown;
            }
        }
        throw unknown != null
                ? unknown
                : new JsonRpcException(ErrorCode.METHOD_NOT_FOUND, "Method not found: " + method);
    }

    @Override
    public void notified(String method, ObjectNode params) {
        services.services().forEach(service -> service.others().methods().notified(method, params));
    }
}

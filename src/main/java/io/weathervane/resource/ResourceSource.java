package io.weathervane.resource;

import io.weathervane.tool.CallChannel;
import io.weathervane.tool.Caller;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Provides resources: our own state, a worker's. Lists are in a fixed order, and may differ by the caller's roles only. */
public interface ResourceSource {
    List<ResourceDefinition> list(Caller caller);

    List<ResourceTemplate> templates(Caller caller);

    /** The same for a request, which cancels the wait for another program. */
    default List<ResourceDefinition> list(Caller caller, CallChannel channel) {
        return list(caller);
    }

    /** The same for a request, which cancels the wait for another program. */
    default List<ResourceTemplate> templates(Caller caller, CallChannel channel) {
        return templates(caller);
    }

    /**
     * The resource's content now; empty when there is none of this URI. Whatever is in the URI is a stranger's.
     *
     * @throws io.weathervane.jsonrpc.JsonRpcException when it is there and cannot be read
     */
    Optional<ResourceContents> read(String uri, Caller caller);

    /**
     * The whole result of {@code resources/read}; empty when there is no such resource.
     *
     * @throws io.weathervane.jsonrpc.JsonRpcException when it is there and cannot be read
     * @throws io.weathervane.jsonrpc.InputRequiredException when the client has to answer first
     */
    default Optional<ObjectNode> result(String uri, Caller caller, CallChannel channel) {
        return read(uri, caller).map(contents -> {
            ObjectNode result = JsonNodeFactory.instance.objectNode();
            result.putArray("contents").add(contents.json());
            return result;
        });
    }

    /** Whether it makes sense to subscribe to it. */
    default boolean mayHave(String uri, Caller caller) {
        return read(uri, caller).isPresent();
    }

    static ResourceSource none() {
        return new ResourceSource() {
            @Override
            public List<ResourceDefinition> list(Caller caller) {
                return List.of();
            }

            @Override
            public List<ResourceTemplate> templates(Caller caller) {
                return List.of();
            }

            @Override
            public Optional<ResourceContents> read(String uri, Caller caller) {
                return Optional.empty();
            }
        };
    }
}

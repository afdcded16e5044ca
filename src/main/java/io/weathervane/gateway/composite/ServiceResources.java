package io.weathervane.gateway.composite;

import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.resource.ResourceContents;
import io.weathervane.resource.ResourceDefinition;
import io.weathervane.resource.ResourceSource;
import io.weathervane.resource.ResourceTemplate;
import io.weathervane.tool.CallChannel;
import io.weathervane.tool.Caller;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The resources of all services under their own URIs, but for a URI that a service before has: see {@link QualifiedResourceUri}. */
record ServiceResources(ServiceFanOut services, ResourceOwners owners) implements ResourceSource {
    /** A service and what it calls the resource. */
    private record Place(UpstreamService service, String uri) {}

    @Override
    public List<ResourceDefinition> list(Caller caller) {
        return list(caller, CallChannel.none());
    }

    @Override
    public List<ResourceTemplate> templates(Caller caller) {
        return templates(caller, CallChannel.none());
    }

    @Override
    public List<ResourceDefinition> list(Caller caller, CallChannel channel) {
        return owners.listed(services.ask(service -> service.resources().list(caller, channel)));
    }

    @Override
    public List<ResourceTemplate> templates(Caller caller, CallChannel channel) {
        return ResourceOwners.templates(
                services.ask(service -> service.resources().templates(caller, channel)));
    }

    @Override
    public Optional<ResourceContents> read(String uri, Caller caller) {
        return result(uri, caller, CallChannel.none()).flatMap(ResourceContents::first);
    }

    /** Of the service that has it; where none is known to, of the first that answers without an error. */
    @Override
    public Optional<ObjectNode> result(String uri, Caller caller, CallChannel channel) {
        @Nullable JsonRpcException refused = null;
        for (Place place : places(uri).toList()) {
            try {
                Optional<ObjectNode> result = place.service().resources().result(place.uri(), caller, channel);
                if (result.isPresent()) {
                    return result.map(found -> renamed(found, place.uri(), uri));
                }
            } catch (JsonRpcException e) {
                refused = refused == null ? e : refused;
            }
        }
        if (refused != null) {
            throw refused;
        }
        return Optional.empty();
    }

    private static ObjectNode renamed(ObjectNode result, String own, String shown) {
        if (own.equals(shown)) {
            return result;
        }
        ObjectNode copy = result.deepCopy();
        for (JsonNode content : copy.path("contents")) {
            if (content instanceof ObjectNode entry
                    && entry.path("uri").asString("").equals(own)) {
                entry.put("uri", shown);
            }
        }
        return copy;
    }

    @Override
    public boolean mayHave(String uri, Caller caller) {
        return places(uri).anyMatch(place -> place.service().resources().mayHave(place.uri(), caller));
    }

    /** Where the resource may be: in one service when that is known, else in each. */
    private Stream<Place> places(String uri) {
        Optional<QualifiedResourceUri> qualified = QualifiedResourceUri.parse(uri);
        if (qualified.isPresent()) {
            return named(qualified.get().service())
                    .map(service -> new Place(service, qualified.get().uri()));
        }
        Optional<String> owner = owners.of(uri);
        return owner.map(this::named)
                .orElseGet(() -> services.services().stream())
                .map(service -> new Place(service, uri));
    }

    private Stream<UpstreamService> named(String name) {
        return services.services().stream()
                .filter(service -> service.name().value().equals(name));
    }
}

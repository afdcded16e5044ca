package io.weathervane.gateway.composite;

import io.weathervane.completion.UpstreamCompletionSource;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.tool.CallChannel;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Suggestions of the service whose prompt or template it is. */
record CompositeCompletions(ServiceFanOut services) implements UpstreamCompletionSource {
    /** A service, and the question as it is put to that one. */
    private record Place(UpstreamService service, ObjectNode params) {}

    /** A prompt tells its service by its name, a qualified template too; any other may be of each, and the first that knows it answers. */
    @Override
    public Optional<ObjectNode> complete(ObjectNode params, CallChannel channel) {
        @Nullable JsonRpcException refused = null;
        for (Place place : places(params)) {
            try {
                Optional<ObjectNode> result =
                        place.service().others().completions().complete(place.params(), channel);
                if (result.isPresent()) {
                    return result;
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

    private List<Place> places(ObjectNode params) {
        String prompt = params.path("ref").path("name").asString("");
        if (!prompt.isEmpty()) {
            return services.services().stream()
                    .filter(service -> service.mayOwn(prompt))
                    .map(service -> new Place(service, of(params, "name", service.bare(prompt))))
                    .toList();
        }
        Optional<QualifiedResourceUri> template =
                QualifiedResourceUri.parse(params.path("ref").path("uri").asString(""));
        return services.services().stream()
                .filter(service -> template.isEmpty()
                        || template.get().service().equals(service.name().value()))
                .map(service -> new Place(
                        service,
                        template.map(one -> of(params, "uri", one.uri())).orElse(params)))
                .toList();
    }

    private static ObjectNode of(ObjectNode params, String key, String own) {
        ObjectNode copy = params.deepCopy();
        ((ObjectNode) copy.path("ref")).put(key, own);
        return copy;
    }
}

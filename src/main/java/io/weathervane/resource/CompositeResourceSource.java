package io.weathervane.resource;

import io.weathervane.tool.CallChannel;
import io.weathervane.tool.Caller;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** Two sources as one; what both have is the first one's. */
public record CompositeResourceSource(ResourceSource first, ResourceSource second) implements ResourceSource {
    @Override
    public List<ResourceDefinition> list(Caller caller) {
        return joined(first.list(caller), second.list(caller), ResourceDefinition::uri);
    }

    @Override
    public List<ResourceTemplate> templates(Caller caller) {
        return joined(first.templates(caller), second.templates(caller), ResourceTemplate::uriTemplate);
    }

    @Override
    public List<ResourceDefinition> list(Caller caller, CallChannel channel) {
        return joined(first.list(caller, channel), second.list(caller, channel), ResourceDefinition::uri);
    }

    @Override
    public List<ResourceTemplate> templates(Caller caller, CallChannel channel) {
        return joined(
                first.templates(caller, channel), second.templates(caller, channel), ResourceTemplate::uriTemplate);
    }

    private static <T> List<T> joined(List<T> one, List<T> other, Function<T, String> key) {
        Map<String, T> byKey = new LinkedHashMap<>();
        Stream.concat(one.stream(), other.stream()).forEach(entry -> byKey.putIfAbsent(key.apply(entry), entry));
        return List.copyOf(byKey.values());
    }

    @Override
    public Optional<ResourceContents> read(String uri, Caller caller) {
        return first.read(uri, caller).or(() -> second.read(uri, caller));
    }

    @Override
    public Optional<ObjectNode> result(String uri, Caller caller, CallChannel channel) {
        return first.result(uri, caller, channel).or(() -> second.result(uri, caller, channel));
    }

    @Override
    public boolean mayHave(String uri, Caller caller) {
        return first.mayHave(uri, caller) || second.mayHave(uri, caller);
    }
}

package io.weathervane.gateway.composite;

import io.weathervane.prompt.PromptResult;
import io.weathervane.prompt.UpstreamPromptSource;
import io.weathervane.tool.CallChannel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** The prompts of all services, each behind its service's prefix. Of two with one name the first service's is listed. */
record CompositePromptSource(ServiceFanOut services) implements UpstreamPromptSource {
    @Override
    public List<ObjectNode> list(CallChannel channel) {
        Map<String, ObjectNode> all = new LinkedHashMap<>();
        for (ServiceFanOut.Answered<List<ObjectNode>> one :
                services.ask(service -> service.prompts().list(channel))) {
            one.answer().forEach(prompt -> {
                String shown = one.service().prefix() + prompt.path("name").asString("");
                all.putIfAbsent(shown, prompt.deepCopy().put("name", shown));
            });
        }
        return List.copyOf(all.values());
    }

    @Override
    public Optional<PromptResult> get(String name, ObjectNode arguments, CallChannel channel) {
        Optional<UpstreamService> owner = owner(name, channel);
        return owner.flatMap(service -> service.prompts().get(service.bare(name), arguments, channel));
    }

    /** The service that lists it; else, since a server may have what it does not list, the one whose prefix fits best. */
    private Optional<UpstreamService> owner(String name, CallChannel channel) {
        List<UpstreamService> fitting = services.services().stream()
                .filter(service -> service.mayOwn(name))
                .toList();
        if (fitting.size() < 2) {
            return fitting.stream().findFirst();
        }
        return fitting.stream()
                .filter(service -> service.prompts().list(channel).stream()
                        .anyMatch(prompt -> prompt.path("name").asString("").equals(service.bare(name))))
                .findFirst()
                .or(() -> fitting.stream()
                        .max((one, other) ->
                                one.prefix().length() - other.prefix().length()));
    }
}

package io.weathervane.gateway.composite;

import io.weathervane.mcp.UpstreamTasks;
import io.weathervane.tool.CallChannel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The tasks of all services. A client's name of a task tells its service, so that two servers may call a task the same: see
 * {@link io.weathervane.worker.ServiceName#taskIdPrefix}.
 */
record CompositeTasks(ServiceFanOut services) implements UpstreamTasks {
    @Override
    public boolean areOffered() {
        return services.services().stream()
                .anyMatch(service -> service.others().tasks().areOffered());
    }

    @Override
    public Optional<ObjectNode> request(String method, ObjectNode params, CallChannel channel) {
        return mayHave(params.path("taskId").asString(""))
                .flatMap(service -> service.others().tasks().request(method, params, channel).stream())
                .findFirst();
    }

    /** The service that the name begins with; else all: the default service's names begin with none. */
    private Stream<UpstreamService> mayHave(String id) {
        Optional<UpstreamService> named = services.services().stream()
                .filter(service -> !service.name().taskIdPrefix().isEmpty()
                        && id.startsWith(service.name().taskIdPrefix()))
                .findFirst();
        return named.map(Stream::of).orElseGet(() -> services.services().stream());
    }

    @Override
    public Followed follow(
            Set<String> ids, CallChannel channel, BiConsumer<String, ObjectNode> listener, Runnable lost) {
        List<Followed> followed = new ArrayList<>();
        for (UpstreamService service : services.services()) {
            Set<String> own = ids.stream()
                    .filter(id -> mayHave(id).anyMatch(one -> one.name().equals(service.name())))
                    .collect(Collectors.toSet());
            if (!own.isEmpty()) {
                followed.add(service.others().tasks().follow(own, channel, listener, lost));
            }
        }
        return new AllFollowed(List.copyOf(followed));
    }

    /** On one page, as each service gives its own. */
    @Override
    public ObjectNode list(CallChannel channel) {
        ObjectNode page = JsonNodeFactory.instance.objectNode();
        ArrayNode tasks = page.putArray("tasks");
        services.ask(service -> service.others().tasks().list(channel))
                .forEach(one -> one.answer().path("tasks").forEach(tasks::add));
        return page;
    }

    private record AllFollowed(List<Followed> parts) implements Followed {
        @Override
        public Set<String> ids() {
            Set<String> ids = new HashSet<>();
            parts.forEach(part -> ids.addAll(part.ids()));
            return ids;
        }

        @Override
        public void catchUp() {
            parts.forEach(Followed::catchUp);
        }

        @Override
        public void close() {
            parts.forEach(Followed::close);
        }
    }
}

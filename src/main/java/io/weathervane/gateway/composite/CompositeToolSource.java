package io.weathervane.gateway.composite;

import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.UpstreamToolSource;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The tools of all services. Of two with one name the first service's is listed and called. */
final class CompositeToolSource implements UpstreamToolSource {
    private final ServiceFanOut services;
    private final Duration patience;

    /** @param patience how long a service is waited for before what it listed last has to do */
    CompositeToolSource(ServiceFanOut services, Duration patience) {
        this.services = services;
        this.patience = patience;
    }

    /** A list that is known is taken at once: a thread for each would cost more than all of them. */
    @Override
    public List<ToolDefinition> list() {
        return merged(
                mayWait()
                        ? services
                                .askWithin(
                                        patience,
                                        service -> service.tools().list(),
                                        service -> service.tools().known())
                                .stream()
                        : services.services().stream()
                                .map(service -> service.tools().list()));
    }

    @Override
    public List<ToolDefinition> known() {
        return merged(
                services.services().stream().map(service -> service.tools().known()));
    }

    private static List<ToolDefinition> merged(Stream<List<ToolDefinition>> lists) {
        Map<String, ToolDefinition> all = new LinkedHashMap<>();
        lists.flatMap(List::stream).forEach(tool -> all.putIfAbsent(tool.name(), tool));
        return List.copyOf(all.values());
    }

    /** In the order of the configuration, so that a tool is called of the service whose tool is listed. */
    @Override
    public Optional<Tool> find(String name) {
        return services.services().stream()
                .filter(service -> service.mayOwn(name))
                .flatMap(service -> service.tools().find(name).stream())
                .findFirst();
    }

    @Override
    public Optional<Tool> unlisted(String name) {
        return owners(name)
                .flatMap(service -> service.tools().unlisted(name).stream())
                .findFirst();
    }

    /** Of the service that the tool would be of, where its prefix tells. */
    @Override
    public Optional<String> missing(String name) {
        return owners(name)
                .flatMap(service -> service.tools().missing(name).map(why -> service.name() + ": " + why).stream())
                .findFirst();
    }

    private Stream<UpstreamService> owners(String name) {
        return services.services().stream()
                .filter(service -> service.mayOwn(name))
                .sorted(Comparator.comparing(service -> -service.prefix().length()));
    }

    @Override
    public boolean mayWait() {
        return services.services().stream().anyMatch(service -> service.tools().mayWait());
    }
}

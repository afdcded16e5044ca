package io.weathervane.gateway.composite;

import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.mcp.UpstreamSubscriptions;
import io.weathervane.resource.ResourceDefinition;
import io.weathervane.tool.Caller;
import io.weathervane.tool.LogLevel;
import io.weathervane.worker.ServiceName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Has the service told that a resource is of; where that is not known, every service. */
final class CompositeSubscriptions implements UpstreamSubscriptions {
    /** In whose name the lists are asked for. */
    private static final Caller READER = new Caller("weathervane", Caller.Transport.SOCKET);

    private final ServiceFanOut services;
    private final ResourceOwners owners;
    private volatile Optional<LogLevel> mildest = Optional.empty();

    /** By a URI as clients have it the services that were told of it: as many as clients have subscriptions. */
    private final Map<String, Set<ServiceName>> told = new HashMap<>();

    CompositeSubscriptions(ServiceFanOut services, ResourceOwners owners) {
        this.services = services;
        this.owners = owners;
    }

    /** @throws JsonRpcException when no service takes it */
    @Override
    public void watch(String uri, boolean waits) {
        learnOwners();
        List<UpstreamService> asked = mayHave(uri);
        remember(uri, asked);
        List<JsonRpcException> refusals = new ArrayList<>();
        for (UpstreamService service : asked) {
            try {
                service.others().upstreamSubscriptions().watch(bare(uri), waits);
            } catch (JsonRpcException e) {
                refusals.add(e);
            }
        }
        if (!refusals.isEmpty() && refusals.size() == asked.size()) {
            var unused = forget(uri);
            throw refusals.get(0);
        }
    }

    /** A client may subscribe to what it knows from before, without asking for the list. */
    private void learnOwners() {
        if (owners.isUnknown()) {
            List<ResourceDefinition> unused =
                    owners.listed(services.ask(service -> service.resources().list(READER)));
        }
    }

    /** One that refuses is remembered, too: its next worker may take it. */
    private void remember(String uri, List<UpstreamService> asked) {
        synchronized (told) {
            told.put(uri, asked.stream().map(UpstreamService::name).collect(Collectors.toUnmodifiableSet()));
        }
    }

    /** Tells those services that were told of it, but for one in which another URI of the same resource is watched still. */
    @Override
    public void unwatch(String uri) {
        Set<ServiceName> over = forget(uri);
        services.services().stream()
                .filter(service -> over.contains(service.name()))
                .forEach(service -> service.others().upstreamSubscriptions().unwatch(bare(uri)));
    }

    private Set<ServiceName> forget(String uri) {
        synchronized (told) {
            Set<ServiceName> over = Optional.ofNullable(told.remove(uri)).orElseGet(Set::of);
            return over.stream()
                    .filter(service -> told.entrySet().stream()
                            .noneMatch(other -> other.getValue().contains(service)
                                    && bare(other.getKey()).equals(bare(uri))))
                    .collect(Collectors.toUnmodifiableSet());
        }
    }

    private List<UpstreamService> mayHave(String uri) {
        Optional<String> owner = QualifiedResourceUri.parse(uri)
                .map(QualifiedResourceUri::service)
                .or(() -> owners.of(uri));
        return owner.map(name -> services.services().stream()
                        .filter(service -> service.name().value().equals(name))
                        .toList())
                .orElse(services.services());
    }

    private static String bare(String uri) {
        return QualifiedResourceUri.parse(uri).map(QualifiedResourceUri::uri).orElse(uri);
    }

    /** Has a service that has come while the server runs told what the others were told. */
    void joined(UpstreamService service) {
        mildest.ifPresent(level -> service.others().upstreamSubscriptions().logLevel(level));
    }

    @Override
    public void logLevel(LogLevel mildest) {
        this.mildest = Optional.of(mildest);
        services.services()
                .forEach(service -> service.others().upstreamSubscriptions().logLevel(mildest));
    }
}

package io.weathervane.gateway.composite;

import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.mcp.UpstreamSubscriptions;
import io.weathervane.resource.ResourceDefinition;
import io.weathervane.tool.Caller;
import io.weathervane.tool.LogLevel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Has the service told that a resource is of; where that is not known, every service. */
record CompositeSubscriptions(ServiceFanOut services, ResourceOwners owners) implements UpstreamSubscriptions {
    /** In whose name the lists are asked for. */
    private static final Caller READER = new Caller("weathervane", Caller.Transport.SOCKET);

    /** @throws JsonRpcException when no service takes it */
    @Override
    public void watch(String uri, boolean waits) {
        learnOwners();
        List<UpstreamService> asked = mayHave(uri);
        List<JsonRpcException> refusals = new ArrayList<>();
        for (UpstreamService service : asked) {
            try {
                service.others().upstreamSubscriptions().watch(bare(uri), waits);
            } catch (JsonRpcException e) {
                refusals.add(e);
            }
        }
        if (!refusals.isEmpty() && refusals.size() == asked.size()) {
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

    /** Tells every service: the lists may have changed since the resource was subscribed to. */
    @Override
    public void unwatch(String uri) {
        List<UpstreamService> told = QualifiedResourceUri.parse(uri).isPresent() ? mayHave(uri) : services.services();
        told.forEach(service -> service.others().upstreamSubscriptions().unwatch(bare(uri)));
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

    @Override
    public void logLevel(LogLevel mildest) {
        services.services()
                .forEach(service -> service.others().upstreamSubscriptions().logLevel(mildest));
    }
}

package io.weathervane.gateway.composite;

import io.weathervane.mcp.UpstreamListMetaSource;
import io.weathervane.mcp.UpstreamServices;
import io.weathervane.prompt.UpstreamPromptSource;
import io.weathervane.resource.ResourceSource;
import io.weathervane.tool.UpstreamToolSource;
import io.weathervane.worker.ServiceName;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Several services as one for the registries of a server. */
public final class ServiceGateway implements AutoCloseable {
    /** How long a list of tools waits for one of several services: 5 s. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final ServiceFanOut services;
    private final Duration patience;
    private final ResourceOwners owners = new ResourceOwners();
    private final CompositeSubscriptions subscriptions;

    /** @param services those there are now, in the order of the configuration, which decides where two have one name */
    public ServiceGateway(Supplier<List<UpstreamService>> services) {
        this(services, PATIENCE);
    }

    ServiceGateway(Supplier<List<UpstreamService>> services, Duration patience) {
        this.services = new ServiceFanOut(services);
        this.patience = patience;
        this.subscriptions = new CompositeSubscriptions(this.services, owners);
    }

    /** The tools of all services. */
    public UpstreamToolSource tools() {
        return new CompositeToolSource(services, patience);
    }

    /** The prompts of all services. */
    public UpstreamPromptSource prompts() {
        return new CompositePromptSource(services);
    }

    /** The resources of all services. */
    public ResourceSource resources() {
        return new ServiceResources(services, owners);
    }

    /** All that is neither of these. */
    public UpstreamServices others() {
        return new UpstreamServices(
                new CompositeCompletions(services),
                subscriptions,
                new CompositeInstructions(services),
                new CompositeTasks(services),
                new CompositeExtensionMethods(services),
                listMeta());
    }

    private UpstreamListMetaSource listMeta() {
        return method -> {
            ObjectNode all = JsonNodeFactory.instance.objectNode();
            services.services()
                    .forEach(service -> service.others()
                            .lists()
                            .of(method)
                            .properties()
                            .forEach(entry -> all.putIfAbsent(entry.getKey(), entry.getValue())));
            return all;
        };
    }

    /** Has a service that has come while the server runs told what the others were told. */
    public void joined(UpstreamService service) {
        subscriptions.joined(service);
    }

    /** A service's URI of a resource in each form that clients may have subscribed to. */
    public List<String> shownUris(ServiceName service, String uri) {
        return owners.shown(service.value(), uri);
    }

    @Override
    public void close() {
        services.close();
    }
}

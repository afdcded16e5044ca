package io.weathervane.gateway.composite;

import io.weathervane.mcp.UpstreamListMetaSource;
import io.weathervane.mcp.UpstreamServices;
import io.weathervane.prompt.UpstreamPromptSource;
import io.weathervane.resource.ResourceSource;
import io.weathervane.tool.UpstreamToolSource;
import io.weathervane.worker.ServiceName;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Several services as one for the registries of a server. */
public final class ServiceGateway implements AutoCloseable {
    private final ServiceFanOut services;
    private final ResourceOwners owners = new ResourceOwners();

    /** @param services in the order of the configuration, which decides where two have one name */
    public ServiceGateway(List<UpstreamService> services) {
        this.services = new ServiceFanOut(services);
    }

    /** The tools of all services. */
    public UpstreamToolSource tools() {
        return new CompositeToolSource(services);
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
                new CompositeSubscriptions(services, owners),
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

    /** A service's URI of a resource as clients see it, in what the service says of it unasked. */
    public String shownUri(ServiceName service, String uri) {
        return owners.shown(service.value(), uri);
    }

    @Override
    public void close() {
        services.close();
    }
}

package io.weathervane.gateway.composite;

import io.weathervane.mcp.UpstreamInstructions;
import java.util.stream.Collectors;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Instructions of all services to the model, each under the service's name and the prefix of its tools. */
record CompositeInstructions(ServiceFanOut services) implements UpstreamInstructions {
    @Override
    public String text() {
        return services.ask(service -> service.others().upstreamInstructions().text()).stream()
                .filter(one -> !one.answer().isEmpty())
                .map(one -> heading(one.service()) + "\n" + one.answer())
                .collect(Collectors.joining("\n\n"));
    }

    private static String heading(UpstreamService service) {
        return "Service " + service.name()
                + (service.prefix().isEmpty() ? ":" : " (its tools and prompts begin with " + service.prefix() + "):");
    }

    @Override
    public boolean isAwaited() {
        return services.services().stream()
                .anyMatch(service -> service.others().upstreamInstructions().isAwaited());
    }

    /** Of all services together; where two say something of the same, what the first says. */
    @Override
    public ObjectNode capabilities() {
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        services.services()
                .forEach(service -> service.others()
                        .upstreamInstructions()
                        .capabilities()
                        .properties()
                        .forEach(capability -> all.putIfAbsent(capability.getKey(), capability.getValue())));
        return all;
    }

    @Override
    public void clientDeclares(ObjectNode clientCapabilities) {
        services.services()
                .forEach(service -> service.others().upstreamInstructions().clientDeclares(clientCapabilities));
    }
}

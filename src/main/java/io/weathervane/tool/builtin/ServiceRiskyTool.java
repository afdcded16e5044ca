package io.weathervane.tool.builtin;

import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolResult;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/** A {@link ServiceTool} whose calls need an approval: what it comes up against is that of the service it names. */
public final class ServiceRiskyTool implements RiskyTool {
    private final ServiceToolSelector<RiskyTool> services;

    /** @param byService the same tool for each service that there is now, by the services' names in the order of the configuration */
    public ServiceRiskyTool(Supplier<Map<String, RiskyTool>> byService) {
        this.services = new ServiceToolSelector<>(byService);
    }

    @Override
    public ToolDefinition definition() {
        return services.first().definition();
    }

    @Override
    public List<String> facts(ObjectNode arguments) {
        return services.find(arguments)
                .map(tool -> tool.facts(arguments))
                .orElse(List.of("now it would be refused: there is no such service any more"));
    }

    @Override
    public ToolResult call(ToolCall call) {
        return services.choose(call.arguments()).call(call);
    }
}

package io.weathervane.tool.builtin;

import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolDecorator;
import io.weathervane.tool.ToolFailureException;
import io.weathervane.tool.ToolResult;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/** A tool of ours that acts on one service: of the tools of all services, the one that the call names. */
public final class ServiceTool implements ToolDecorator {
    private final ServiceToolSelector<Tool> services;

    /** @param byService the same tool for each service that there is now, by the services' names in the order of the configuration */
    public ServiceTool(Supplier<Map<String, Tool>> byService) {
        this.services = new ServiceToolSelector<>(byService);
    }

    /** Tool of the first service, for everything that is the same in all of them. */
    @Override
    public Tool tool() {
        return services.first();
    }

    @Override
    public boolean answersAtOnce(ObjectNode arguments) {
        return services.find(arguments)
                .map(tool -> tool.answersAtOnce(arguments))
                .orElse(false);
    }

    @Override
    public Optional<String> misuse(ObjectNode arguments) {
        return services.misuse(arguments);
    }

    /** With several services an answer that names tools to go on with says that they take the service, too. */
    @Override
    public ToolResult call(ToolCall call) {
        Tool chosen = services.choose(call.arguments());
        if (!services.areSeveral()) {
            return chosen.call(call);
        }
        String service = call.arguments().path(ServiceToolSelector.ARGUMENT).asString("");
        try {
            return ServiceHint.addedTo(chosen.call(call), service);
        } catch (ToolFailureException e) {
            throw new ToolFailureException(ServiceHint.addedTo(String.valueOf(e.getMessage()), service));
        }
    }
}

package io.weathervane.app;

import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.UpstreamToolSource;
import java.util.List;
import java.util.Optional;

/** The tools of a service's worker, which are not known before it has started: lists and look-ups wait for that. */
record StartAwaitingToolSource(UpstreamToolSource tools, WorkerStartup startup) implements UpstreamToolSource {
    @Override
    public List<ToolDefinition> list() {
        startup.awaitForClients();
        return tools.list();
    }

    @Override
    public List<ToolDefinition> known() {
        return tools.known();
    }

    @Override
    public Optional<Tool> find(String name) {
        startup.awaitForClients();
        return tools.find(name);
    }

    @Override
    public Optional<Tool> unlisted(String name) {
        return tools.unlisted(name);
    }

    @Override
    public Optional<String> missing(String name) {
        return startup.missing().or(() -> tools.missing(name));
    }

    @Override
    public boolean mayWait() {
        return startup.isAwaited() || tools.mayWait();
    }
}

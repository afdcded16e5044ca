package io.weathervane.tool;

import java.util.List;
import java.util.Optional;

/** Tools that can come and go: the worker's. Our own are fixed. */
public interface ToolSource {
    List<ToolDefinition> list();

    Optional<Tool> find(String name);

    /** No tools at all: a server without a worker. */
    static ToolSource none() {
        return new ToolSource() {
            @Override
            public List<ToolDefinition> list() {
                return List.of();
            }

            @Override
            public Optional<Tool> find(String name) {
                return Optional.empty();
            }
        };
    }
}

package io.weathervane.tool;

import java.util.List;
import java.util.Optional;

/**
 * Leaves of tools only those that say they change nothing. The others are not there: neither listed nor called, so
 * a caller who asks for one learns no more than that.
 */
public final class ReadOnlyToolFilter {
    private ReadOnlyToolFilter() {}

    public static List<Tool> of(List<Tool> tools) {
        return tools.stream().filter(tool -> changesNothing(tool.definition())).toList();
    }

    public static UpstreamToolSource of(UpstreamToolSource tools) {
        return new UpstreamToolSource() {
            @Override
            public List<ToolDefinition> list() {
                return filtered(tools.list());
            }

            @Override
            public List<ToolDefinition> known() {
                return filtered(tools.known());
            }

            @Override
            public Optional<Tool> find(String name) {
                return tools.find(name).filter(tool -> changesNothing(tool.definition()));
            }

            @Override
            public Optional<String> missing(String name) {
                return tools.missing(name);
            }

            @Override
            public boolean mayWait() {
                return tools.mayWait();
            }
        };
    }

    private static List<ToolDefinition> filtered(List<ToolDefinition> tools) {
        return tools.stream().filter(ReadOnlyToolFilter::changesNothing).toList();
    }

    private static boolean changesNothing(ToolDefinition tool) {
        return tool.annotations().readOnly();
    }
}

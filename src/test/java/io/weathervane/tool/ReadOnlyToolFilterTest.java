package io.weathervane.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.testing.ScriptedTools;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReadOnlyToolFilterTest {
    private static final Caller ANYBODY = new Caller("anybody", Caller.Transport.STDIO);

    private final SchemaCatalog catalog = SchemaCatalog.load();
    private final ToolRegistry registry = new ToolRegistry(
            ReadOnlyToolFilter.of(
                    List.of(tool(catalog.definition("monitor_status")), tool(catalog.definition("kill_switch_reset")))),
            ReadOnlyToolFilter.of(new Workers()),
            catalog);

    @Test
    void whatChangesSomethingIsNotListed() {
        assertThat(registry.list(ANYBODY))
                .extracting(ToolDefinition::name)
                .containsExactly("monitor_status", "worker_reads");
    }

    @Test
    void whatChangesSomethingIsUnknown() {
        for (String name : List.of("kill_switch_reset", "worker_writes")) {
            assertThatThrownBy(() -> registry.call(name, ScriptedTools.json("{}"), ANYBODY, CallChannel.none()))
                    .isInstanceOf(JsonRpcException.class)
                    .hasMessageStartingWith("Unknown tool: " + name)
                    .hasMessageNotContaining("read-only");
            assertThat(registry.requested(name, ScriptedTools.json("{}")).definition())
                    .isEmpty();
        }
    }

    private static Tool tool(ToolDefinition definition) {
        return new Tool() {
            @Override
            public ToolDefinition definition() {
                return definition;
            }

            @Override
            public ToolResult call(ToolCall call) {
                return ToolResult.of("done", ScriptedTools.json("{}"));
            }
        };
    }

    private static final class Workers implements UpstreamToolSource {
        private final List<ToolDefinition> definitions =
                List.of(definition("worker_reads", true), definition("worker_writes", false));

        private static ToolDefinition definition(String name, boolean readOnly) {
            return new ToolDefinition(
                    name, new ToolAnnotations(readOnly, false, true, false), ScriptedTools.json("{}"));
        }

        @Override
        public List<ToolDefinition> known() {
            return list();
        }

        @Override
        public List<ToolDefinition> list() {
            return definitions;
        }

        @Override
        public Optional<Tool> find(String name) {
            return definitions.stream()
                    .filter(definition -> definition.name().equals(name))
                    .findFirst()
                    .map(ReadOnlyToolFilterTest::tool);
        }
    }
}

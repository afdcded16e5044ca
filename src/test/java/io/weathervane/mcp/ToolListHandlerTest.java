package io.weathervane.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.jsonrpc.RequestId;
import io.weathervane.testing.ScriptedTools;
import io.weathervane.testing.WireSchema;
import io.weathervane.tool.Caller;
import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolAnnotations;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolRegistry;
import io.weathervane.tool.UpstreamToolSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class ToolListHandlerTest {
    private static final Caller CALLER = new Caller("ada", Caller.Transport.STDIO);

    private volatile List<ToolDefinition> workerTools = tools(450);
    private final ScriptedTools own = new ScriptedTools();
    private final ToolListHandler handler = new ToolListHandler(
            new ToolRegistry(own.tools(), new Workers(), own.catalog()),
            new ResultFormatter(new ServerInfo("test", "Test", "0", ""), UpstreamListMetaSource.none()));

    @Test
    void givesEveryToolOnceOverItsPagesInOneOrder() {
        List<String> names = new ArrayList<>();
        String cursor = null;
        int pages = 0;
        do {
            JsonNode page = page(cursor);
            page.path("tools").forEach(tool -> names.add(tool.path("name").asString("")));
            cursor = page.has("nextCursor") ? page.get("nextCursor").asString("") : null;
            pages++;
        } while (cursor != null);

        assertThat(pages).isEqualTo(3);
        assertThat(names)
                .hasSize(457)
                .doesNotHaveDuplicates()
                .startsWith("say", "refuse")
                .endsWith("tool_449");
    }

    @Test
    void refusesACursorOfAToolThatIsGone() {
        String cursor = page(null).get("nextCursor").asString("");
        workerTools = List.of();

        assertThatThrownBy(() -> page(cursor))
                .isInstanceOf(JsonRpcException.class)
                .hasMessageContaining("cursor");
    }

    @Test
    void showsTheWorkersToolsOfTheMoment() {
        workerTools = tools(1);
        assertThat(page(null).path("tools")).hasSize(8);
        workerTools = List.of();
        assertThat(page(null).path("tools")).hasSize(7);
    }

    private JsonNode page(String cursor) {
        ObjectNode params = JsonRpcCodec.JSON.createObjectNode();
        if (cursor != null) {
            params.put("cursor", cursor);
        }
        RequestId id = RequestId.of(1);
        JsonRpcMessage.Request request = new JsonRpcMessage.Request(id, "tools/list", params);
        JsonNode page = handler.page(McpRequest.of(request, Optional.empty(), Optional.empty()), CALLER);
        JsonNode sent = JsonRpcCodec.JSON.readTree(JsonRpcCodec.write(new JsonRpcMessage.Success(id, page)));
        return WireSchema.LEGACY.check("tools/list", sent).get("result");
    }

    private static List<ToolDefinition> tools(int count) {
        ToolAnnotations hints = new ToolAnnotations(true, false, true, false);
        return IntStream.range(0, count)
                .mapToObj(i -> new ToolDefinition(
                        "tool_" + i,
                        hints,
                        ScriptedTools.json("{\"name\":\"tool_" + i + "\",\"inputSchema\":{\"type\":\"object\"}}")))
                .toList();
    }

    private final class Workers implements UpstreamToolSource {
        @Override
        public List<ToolDefinition> known() {
            return list();
        }

        @Override
        public List<ToolDefinition> list() {
            return workerTools;
        }

        @Override
        public Optional<Tool> find(String name) {
            return Optional.empty();
        }
    }
}

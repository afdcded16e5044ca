package io.weathervane.mcp;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.tool.Caller;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.core.io.SerializedString;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;

/** Answers {@code tools/list} in pages; the text of the last first page is kept and sent again while it holds. */
final class ToolListHandler {
    private final ToolRegistry tools;
    private final ResultFormatter formatter;

    /** Most kinds of callers whose pages are kept; with more, they are made anew. */
    private static final int KINDS_MAX = 64;

    /** By what the caller may do, of which there are few kinds. */
    private final Map<List<Object>, Rendering> last = new ConcurrentHashMap<>();

    private record Rendering(List<ToolDefinition> tools, ObjectNode meta, JsonNode legacy, JsonNode modern) {
        /** Cheap while the definitions are the same objects. */
        boolean isOf(List<ToolDefinition> others, ObjectNode otherMeta) {
            return tools.equals(others) && meta.equals(otherMeta);
        }
    }

    ToolListHandler(ToolRegistry tools, ResultFormatter formatter) {
        this.tools = tools;
        this.formatter = formatter;
    }

    JsonNode page(McpRequest request, Caller caller) {
        List<ToolDefinition> all = tools.list(caller);
        if (request.params().has("cursor")) {
            return formatter.listing(
                    request.generation(),
                    KnownMethods.TOOLS_LIST,
                    Paginator.of(request, "tools", all, ToolDefinition::name, ToolDefinition::json));
        }
        List<Object> kind = kindOf(caller);
        Rendering rendering = last.get(kind);
        ObjectNode meta = formatter.listMeta(KnownMethods.TOOLS_LIST);
        if (rendering == null || !rendering.isOf(all, meta)) {
            rendering = new Rendering(
                    all, meta, firstPage(ProtocolGeneration.LEGACY, all), firstPage(ProtocolGeneration.MODERN, all));
            if (last.size() >= KINDS_MAX) {
                last.clear();
            }
            last.put(kind, rendering);
        }
        return request.isModern() ? rendering.modern : rendering.legacy;
    }

    /**
     * Key of the callers that see the same tools. A list, no record: a record's own equality is built of method handles when it
     * is first asked, which the first answer of a server on stdio would wait for.
     */
    private List<Object> kindOf(Caller caller) {
        return List.of(caller.roles(), caller.operations(), tools.rulesAbout(caller));
    }

    private JsonNode firstPage(ProtocolGeneration generation, List<ToolDefinition> all) {
        return raw(formatter.listing(
                generation,
                KnownMethods.TOOLS_LIST,
                Paginator.of("tools", all, 0, ToolDefinition::name, ToolDefinition::json)));
    }

    private static JsonNode raw(ObjectNode result) {
        RawValue text = new RawValue(new SerializedString(JsonRpcCodec.text(result)));
        return JsonRpcCodec.JSON.getNodeFactory().rawValueNode(text);
    }
}

package io.weathervane.mcp;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.tool.Caller;
import io.weathervane.tool.Role;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolRegistry;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.core.io.SerializedString;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;

/** Answers {@code tools/list} in pages; the text of the last first page is kept and sent again while it holds. */
final class ToolListing {
    /** Most tools of one page. */
    static final int PAGE_TOOLS_MAX = 200;

    private final ToolRegistry tools;
    private final ResultForm form;

    /** By what the caller may do, of which there are few kinds. */
    private final Map<Set<Role>, Rendering> last = new ConcurrentHashMap<>();

    private record Rendering(List<ToolDefinition> tools, JsonNode legacy, JsonNode modern) {
        /** Cheap while the definitions are the same objects. */
        boolean isOf(List<ToolDefinition> others) {
            return tools.equals(others);
        }
    }

    ToolListing(ToolRegistry tools, ResultForm form) {
        this.tools = tools;
        this.form = form;
    }

    JsonNode page(McpRequest request, Caller caller) {
        List<ToolDefinition> all = tools.list(caller);
        JsonNode cursor = request.params().path("cursor");
        if (!cursor.isMissingNode()) {
            return page(request.era(), all, startOf(cursor, all));
        }
        Rendering rendering = last.get(caller.roles());
        if (rendering == null || !rendering.isOf(all)) {
            rendering = new Rendering(all, raw(page(Era.LEGACY, all, 0)), raw(page(Era.MODERN, all, 0)));
            last.put(caller.roles(), rendering);
        }
        return request.isModern() ? rendering.modern : rendering.legacy;
    }

    private ObjectNode page(Era era, List<ToolDefinition> all, int start) {
        ObjectNode result = JsonRpcCodec.JSON.createObjectNode();
        int end = Math.min(all.size(), start + PAGE_TOOLS_MAX);
        ArrayNode array = result.putArray("tools");
        all.subList(start, end).forEach(tool -> array.add(tool.json()));
        if (end < all.size()) {
            result.put("nextCursor", cursorAfter(all.get(end - 1)));
        }
        return form.listing(era, result);
    }

    /** A cursor names the last tool of the page before, so that it holds as long as that tool is there. */
    private static String cursorAfter(ToolDefinition tool) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(tool.name().getBytes(StandardCharsets.UTF_8));
    }

    private static int startOf(JsonNode cursor, List<ToolDefinition> all) {
        for (int i = 0; i < all.size(); i++) {
            if (cursor.isString() && cursorAfter(all.get(i)).equals(cursor.stringValue())) {
                return i + 1;
            }
        }
        throw new JsonRpcException(
                ErrorCode.INVALID_PARAMS,
                "Invalid params: the cursor is not one of this list; begin again with tools/list without a cursor");
    }

    private static JsonNode raw(ObjectNode result) {
        RawValue text = new RawValue(new SerializedString(JsonRpcCodec.JSON.writeValueAsString(result)));
        return JsonRpcCodec.JSON.getNodeFactory().rawValueNode(text);
    }
}

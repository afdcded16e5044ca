package io.weathervane.mcp;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Cuts a list into pages. A cursor names the last entry of the page before, so it holds as long as that is there. */
final class Paginator {
    /** Most entries of one page. */
    static final int ENTRIES_MAX = 200;

    private Paginator() {}

    /**
     * One page, as {@code {"<field>": [...], "nextCursor": "..."}}.
     *
     * @param key what is unique to an entry
     * @throws io.weathervane.jsonrpc.JsonRpcException invalid params, when the cursor is not one of this list
     */
    static <T> ObjectNode of(
            McpRequest request, String field, List<T> all, Function<T, String> key, Function<T, ObjectNode> json) {
        JsonNode cursor = request.params().path("cursor");
        int start = cursor.isMissingNode() ? 0 : startOf(request, cursor, all, key);
        return of(field, all, start, key, json);
    }

    static <T> ObjectNode of(
            String field, List<T> all, int start, Function<T, String> key, Function<T, ObjectNode> json) {
        ObjectNode page = JsonRpcCodec.JSON.createObjectNode();
        int end = Math.min(all.size(), start + ENTRIES_MAX);
        ArrayNode array = page.putArray(field);
        all.subList(start, end).forEach(entry -> array.add(json.apply(entry)));
        if (end < all.size()) {
            page.put("nextCursor", cursorAfter(key.apply(all.get(end - 1))));
        }
        return page;
    }

    private static String cursorAfter(String key) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(key.getBytes(StandardCharsets.UTF_8));
    }

    private static <T> int startOf(McpRequest request, JsonNode cursor, List<T> all, Function<T, String> key) {
        for (int i = 0; i < all.size(); i++) {
            if (cursor.isString() && cursorAfter(key.apply(all.get(i))).equals(cursor.stringValue())) {
                return i + 1;
            }
        }
        throw RequestParams.invalid(
                "the cursor is not one of this list; begin again with " + request.method() + " without a cursor");
    }
}

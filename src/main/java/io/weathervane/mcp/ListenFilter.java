package io.weathervane.mcp;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.util.LinkedHashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a {@code subscriptions/listen} wants to be told, as far as this server has it (MCP 2026-07-28
 * patterns/subscriptions).
 */
record ListenFilter(boolean tools, boolean prompts, boolean resources, Set<String> uris) implements SubscriptionKind {
    /** Most resources of one subscription. */
    private static final int URIS_MAX = 1000;

    private static final String TOOLS = "toolsListChanged";
    private static final String PROMPTS = "promptsListChanged";
    private static final String RESOURCES = "resourcesListChanged";
    private static final String URIS = "resourceSubscriptions";

    ListenFilter {
        uris = Set.copyOf(uris);
    }

    static ListenFilter of(McpRequest request, Capabilities served) {
        JsonNode wanted = request.params().path("notifications");
        if (!wanted.isObject()) {
            throw Params.invalid(request.method() + " needs the object \"notifications\"");
        }
        return new ListenFilter(
                flag(wanted, TOOLS),
                flag(wanted, PROMPTS) && served.prompts(),
                flag(wanted, RESOURCES) && served.resources(),
                served.resources() ? uris(wanted.path(URIS)) : Set.of());
    }

    @Override
    public boolean wants(ServerChange change) {
        return switch (change.method()) {
            case Methods.TOOLS_CHANGED -> tools;
            case Methods.PROMPTS_CHANGED -> prompts;
            case Methods.RESOURCES_CHANGED -> resources;
            default -> uris.contains(change.uri());
        };
    }

    /** What is honoured, in the form of the request. */
    ObjectNode toJson() {
        ObjectNode json = JsonRpcCodec.JSON.createObjectNode();
        putIf(json, tools, TOOLS);
        putIf(json, prompts, PROMPTS);
        putIf(json, resources, RESOURCES);
        if (!uris.isEmpty()) {
            uris.forEach(json.putArray(URIS)::add);
        }
        return json;
    }

    private static void putIf(ObjectNode json, boolean wanted, String key) {
        if (wanted) {
            json.put(key, true);
        }
    }

    private static boolean flag(JsonNode wanted, String key) {
        JsonNode value = wanted.path(key);
        if (!value.isBoolean() && !value.isMissingNode()) {
            throw Params.invalid("\"notifications." + key + "\" must be true or false");
        }
        return value.asBoolean(false);
    }

    private static Set<String> uris(JsonNode list) {
        Set<String> uris = new LinkedHashSet<>();
        for (JsonNode uri : list) {
            if (!uri.isString() || uris.size() >= URIS_MAX) {
                throw Params.invalid("\"notifications." + URIS + "\" must be at most " + URIS_MAX + " strings");
            }
            uris.add(uri.stringValue());
        }
        return uris;
    }
}

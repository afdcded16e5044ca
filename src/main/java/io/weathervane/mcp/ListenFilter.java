package io.weathervane.mcp;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.util.LinkedHashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Filter of a {@code subscriptions/listen}, as far as this server has what it names (MCP 2026-07-28
 * patterns/subscriptions).
 */
record ListenFilter(boolean tools, boolean prompts, boolean resources, Set<String> uris, Set<String> taskIds)
        implements SubscriptionFilter {
    /** Most resources of one subscription, and most tasks. */
    private static final int NAMES_MAX = 1000;

    private static final String TOOLS = "toolsListChanged";
    private static final String PROMPTS = "promptsListChanged";
    private static final String RESOURCES = "resourcesListChanged";
    private static final String URIS = "resourceSubscriptions";
    private static final String TASK_IDS = "taskIds";

    ListenFilter {
        uris = Set.copyOf(uris);
        taskIds = Set.copyOf(taskIds);
    }

    static ListenFilter of(McpRequest request, ServerCapabilities served) {
        JsonNode wanted = request.params().path("notifications");
        if (!wanted.isObject()) {
            throw RequestParams.invalid(request.method() + " needs the object \"notifications\"");
        }
        return new ListenFilter(
                flag(wanted, TOOLS),
                flag(wanted, PROMPTS) && served.prompts(),
                flag(wanted, RESOURCES) && served.resources(),
                served.resources() ? names(wanted, URIS) : Set.of(),
                served.tasks() ? taskIds(request, wanted) : Set.of());
    }

    private static Set<String> taskIds(McpRequest request, JsonNode wanted) {
        Set<String> ids = names(wanted, TASK_IDS);
        if (!ids.isEmpty()) {
            TaskMethods.refuseUnlessDeclared(request);
        }
        return ids;
    }

    /** Whether a {@code subscriptions/listen} has tasks in it. */
    static boolean namesTasks(McpRequest request) {
        return !request.params().path("notifications").path(TASK_IDS).isEmpty();
    }

    /** The same with no other tasks than these. */
    ListenFilter withTasks(Set<String> ids) {
        return new ListenFilter(tools, prompts, resources, uris, ids);
    }

    @Override
    public boolean wants(ServerChange change) {
        return switch (change.method()) {
            case KnownMethods.TOOLS_CHANGED -> tools;
            case KnownMethods.PROMPTS_CHANGED -> prompts;
            case KnownMethods.RESOURCES_CHANGED -> resources;
            default -> uris.contains(change.uri());
        };
    }

    /** What is honoured, in the form of the request. */
    ObjectNode toJson() {
        ObjectNode json = JsonRpcCodec.JSON.createObjectNode();
        putIf(json, tools, TOOLS);
        putIf(json, prompts, PROMPTS);
        putIf(json, resources, RESOURCES);
        putIfAny(json, uris, URIS);
        putIfAny(json, taskIds, TASK_IDS);
        return json;
    }

    private static void putIfAny(ObjectNode json, Set<String> names, String key) {
        if (!names.isEmpty()) {
            names.forEach(json.putArray(key)::add);
        }
    }

    private static void putIf(ObjectNode json, boolean wanted, String key) {
        if (wanted) {
            json.put(key, true);
        }
    }

    private static boolean flag(JsonNode wanted, String key) {
        JsonNode value = wanted.path(key);
        if (!value.isBoolean() && !value.isMissingNode()) {
            throw RequestParams.invalid("\"notifications." + key + "\" must be true or false");
        }
        return value.asBoolean(false);
    }

    private static Set<String> names(JsonNode wanted, String key) {
        JsonNode list = wanted.path(key);
        Set<String> names = new LinkedHashSet<>();
        boolean valid = list.isMissingNode() || (list.isArray() && list.size() <= NAMES_MAX);
        for (JsonNode name : list) {
            valid = valid && name.isString();
            names.add(name.asString(""));
        }
        if (!valid) {
            throw RequestParams.invalid(
                    "\"notifications." + key + "\" must be a list of at most " + NAMES_MAX + " strings");
        }
        return names;
    }
}

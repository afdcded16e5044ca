package io.weathervane.jsonrpc;

import java.util.Set;

/** The names that MCP gives to requests and notifications, in all its versions: no extension may mean another by them. */
public final class ReservedMcpMethods {
    private static final Set<String> NAMES = Set.of(
            "initialize",
            "ping",
            "server/discover",
            "subscriptions/listen",
            "tools/list",
            "tools/call",
            "resources/list",
            "resources/templates/list",
            "resources/read",
            "resources/subscribe",
            "resources/unsubscribe",
            "prompts/list",
            "prompts/get",
            "completion/complete",
            "logging/setLevel",
            "tasks/get",
            "tasks/result",
            "tasks/list",
            "tasks/update",
            "tasks/cancel",
            "elicitation/create",
            "sampling/createMessage",
            "roots/list",
            "notifications/initialized",
            "notifications/cancelled",
            "notifications/progress",
            "notifications/message",
            "notifications/subscriptions/acknowledged",
            "notifications/tools/list_changed",
            "notifications/prompts/list_changed",
            "notifications/resources/list_changed",
            "notifications/resources/updated",
            "notifications/roots/list_changed",
            "notifications/elicitation/complete",
            "notifications/tasks",
            "notifications/tasks/status");

    private ReservedMcpMethods() {}

    public static boolean contains(String method) {
        return NAMES.contains(method);
    }
}

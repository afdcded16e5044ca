package io.weathervane.mcp;

import java.util.Set;

/** The names of the methods and notifications that are known here. */
public final class KnownMethods {
    public static final String INITIALIZE = "initialize";
    public static final String PING = "ping";
    public static final String SET_LEVEL = "logging/setLevel";
    public static final String SUBSCRIBE = "resources/subscribe";
    public static final String UNSUBSCRIBE = "resources/unsubscribe";
    static final String DISCOVER = "server/discover";
    static final String LISTEN = "subscriptions/listen";
    static final String TOOLS_LIST = "tools/list";
    public static final String TOOLS_CALL = "tools/call";
    static final String RESOURCES_LIST = "resources/list";
    static final String RESOURCE_TEMPLATES_LIST = "resources/templates/list";
    static final String RESOURCES_READ = "resources/read";
    static final String PROMPTS_LIST = "prompts/list";
    static final String PROMPTS_GET = "prompts/get";
    public static final String TASKS_GET = "tasks/get";
    public static final String TASKS_RESULT = "tasks/result";
    public static final String TASKS_LIST = "tasks/list";
    static final String TASKS_UPDATE = "tasks/update";
    public static final String TASKS_CANCEL = "tasks/cancel";
    static final String COMPLETE = "completion/complete";

    public static final String INITIALIZED = "notifications/initialized";
    public static final String CANCELLED = "notifications/cancelled";
    public static final String PROGRESS = "notifications/progress";
    public static final String MESSAGE = "notifications/message";
    static final String ACKNOWLEDGED = "notifications/subscriptions/acknowledged";
    static final String TOOLS_CHANGED = "notifications/tools/list_changed";
    static final String PROMPTS_CHANGED = "notifications/prompts/list_changed";
    static final String RESOURCES_CHANGED = "notifications/resources/list_changed";
    public static final String ROOTS_CHANGED = "notifications/roots/list_changed";
    static final String TASK_CHANGED = "notifications/tasks";
    static final String RESOURCE_UPDATED = "notifications/resources/updated";

    /** What came with 2026-07-28 and is sent by no older client: a client that sends it speaks the modern generation. */
    private static final Set<String> MODERN_BY_NAME = Set.of(DISCOVER, LISTEN);

    /** What may wait for a worker, or for a person, and so gets a thread of its own. */
    private static final Set<String> LONG = Set.of(
            TOOLS_CALL,
            RESOURCES_LIST,
            RESOURCE_TEMPLATES_LIST,
            RESOURCES_READ,
            PROMPTS_LIST,
            PROMPTS_GET,
            COMPLETE,
            SUBSCRIBE,
            UNSUBSCRIBE,
            TASKS_GET,
            TASKS_RESULT,
            TASKS_LIST,
            TASKS_UPDATE,
            TASKS_CANCEL);

    /** What may end with questions to the client (MCP 2026-07-28 patterns/mrtr). */
    private static final Set<String> ASKING = Set.of(TOOLS_CALL, PROMPTS_GET, RESOURCES_READ);

    private KnownMethods() {}

    static boolean isModernByName(String method) {
        return MODERN_BY_NAME.contains(method);
    }

    static boolean mayAsk(String method) {
        return ASKING.contains(method);
    }

    static boolean isLong(String method) {
        return LONG.contains(method);
    }
}

package io.weathervane.mcp;

import java.util.Set;

/** The methods this server serves, by era. Resources, prompts and subscriptions will be added here. */
final class Methods {
    static final String INITIALIZE = "initialize";
    static final String PING = "ping";
    static final String DISCOVER = "server/discover";
    static final String TOOLS_LIST = "tools/list";
    static final String TOOLS_CALL = "tools/call";
    static final String CANCELLED = "notifications/cancelled";
    static final String PROGRESS = "notifications/progress";

    private static final Set<String> LEGACY = Set.of(INITIALIZE, PING, TOOLS_LIST, TOOLS_CALL);
    private static final Set<String> MODERN = Set.of(DISCOVER, TOOLS_LIST, TOOLS_CALL);

    private Methods() {}

    static boolean serves(Era era, String method) {
        return switch (era) {
            case LEGACY -> LEGACY.contains(method);
            case MODERN -> MODERN.contains(method);
        };
    }

    static boolean isModernOnly(String method) {
        return method.equals(DISCOVER);
    }
}

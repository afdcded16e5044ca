package io.weathervane.mcp.legacy;

import io.weathervane.mcp.ClientChangeNotifier;
import io.weathervane.mcp.ClientSession;
import io.weathervane.mcp.KnownMethods;
import io.weathervane.mcp.LegacySupport;
import io.weathervane.mcp.McpServices;
import io.weathervane.mcp.MethodHandler;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** The sessions of one server's legacy clients, and the methods that only they have. */
public final class LegacyClientSupport implements LegacySupport {
    private final McpServices services;
    private final ClientChangeNotifier changeNotifier;
    private final LegacyLogLevels levels;

    public LegacyClientSupport(McpServices services, ClientChangeNotifier changeNotifier) {
        this.services = services;
        this.changeNotifier = changeNotifier;
        this.levels = new LegacyLogLevels(services.upstream().upstreamSubscriptions());
    }

    @Override
    public ClientSession openSession(ClientSession.Outlet outlet) {
        return new LegacySession(changeNotifier, levels, services.upstream().methods(), outlet);
    }

    @Override
    public Map<String, MethodHandler> handlers(Map<String, MethodHandler> common) {
        Map<String, MethodHandler> handlers = new HashMap<>(common);
        HandshakeMethods handshake = new HandshakeMethods(services);
        handlers.put(KnownMethods.INITIALIZE, handshake::initialize);
        handlers.put(KnownMethods.PING, handshake::ping);
        handlers.put(KnownMethods.SET_LEVEL, handshake::setLevel);
        services.resources().map(ResourceSubscriptionMethods::new).ifPresent(resources -> {
            handlers.put(KnownMethods.SUBSCRIBE, resources::subscribe);
            handlers.put(KnownMethods.UNSUBSCRIBE, resources::unsubscribe);
        });
        LegacyTaskMethods tasks = new LegacyTaskMethods(services.upstream().tasks());
        handlers.put(KnownMethods.TASKS_GET, tasks::request);
        handlers.put(KnownMethods.TASKS_CANCEL, tasks::request);
        handlers.put(KnownMethods.TASKS_RESULT, tasks::request);
        handlers.put(KnownMethods.TASKS_LIST, tasks::list);
        MethodHandler call = Objects.requireNonNull(common.get(KnownMethods.TOOLS_CALL));
        handlers.put(KnownMethods.TOOLS_CALL, running -> tasks.call(running, call));
        return Map.copyOf(handlers);
    }
}

package io.weathervane.mcp;

import java.util.Map;

/** Additions of the legacy generation to a dispatcher: sessions, and its own methods. The wiring hands it in. */
public interface LegacySupport {
    /** Makes it for one dispatcher. */
    @FunctionalInterface
    interface Factory {
        LegacySupport create(McpServices services, ClientChangeNotifier changeNotifier);
    }

    /** A session for a client, told of changes through its outlet until it is closed. */
    ClientSession openSession(ClientSession.Outlet outlet);

    /**
     * Handlers of legacy requests, by method.
     *
     * @param common what serves the requests of both generations
     */
    Map<String, MethodHandler> handlers(Map<String, MethodHandler> common);
}

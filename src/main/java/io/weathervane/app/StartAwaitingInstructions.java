package io.weathervane.app;

import io.weathervane.mcp.UpstreamInstructions;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/**
 * The introduction of a service's worker, which waits for its start.
 *
 * @param own the worker's words on its own tools, empty when there are none
 * @param ownCapabilities the worker's capabilities
 * @param client told what the client declares
 */
record StartAwaitingInstructions(
        Supplier<String> own,
        Supplier<ObjectNode> ownCapabilities,
        FirstClientCapabilities client,
        WorkerStartup startup)
        implements UpstreamInstructions {
    /** With a sentence in front while the worker is not up. */
    @Override
    public String text() {
        startup.awaitForClients();
        String words = own.get();
        return startup.missing()
                .map(missing -> words.isEmpty() ? missing + "." : missing + ".\n\n" + words)
                .orElse(words);
    }

    @Override
    public ObjectNode capabilities() {
        return ownCapabilities.get();
    }

    @Override
    public void clientDeclares(ObjectNode clientCapabilities) {
        client.declare(clientCapabilities);
    }

    @Override
    public boolean isAwaited() {
        return startup.isAwaited();
    }
}

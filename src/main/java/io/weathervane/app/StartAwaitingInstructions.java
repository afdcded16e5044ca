package io.weathervane.app;

import io.weathervane.mcp.UpstreamInstructions;
import io.weathervane.util.Stopwatch;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/**
 * The introduction of a service's worker, which waits for its start.
 *
 * @param own the worker's words on its own tools, empty when there are none
 * @param ownCapabilities the worker's capabilities
 * @param client told what the client declares
 * @param most longest that the start is waited for
 */
record StartAwaitingInstructions(
        Supplier<String> own,
        Supplier<ObjectNode> ownCapabilities,
        FirstClientCapabilities client,
        WorkerStartup startup,
        Stopwatch most)
        implements UpstreamInstructions {
    /** With a sentence in front while the worker is not up. */
    @Override
    public String text() {
        startup.awaitForClients(most);
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
        return startup.isAwaited() && !most.passed();
    }
}

package io.weathervane.app;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.util.Stopwatch;
import io.weathervane.util.Ticker;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Capabilities that the first client declares beyond those this server handles itself: extensions, experimental
 * features, and anything newer than this server. A worker of the legacy generation is told of its client once, when it
 * starts, which for {@code run} is just when the client begins.
 */
final class FirstClientCapabilities {
    /** How long the start of a worker waits for the client, from the server's start on: half a second. */
    static final Duration WAIT_MAX = Duration.ofMillis(500);

    /** What a worker gets to know by other ways. */
    private static final Set<String> OURS = Set.of("elicitation", "sampling", "roots", "tasks");

    private final CompletableFuture<ObjectNode> declared = new CompletableFuture<>();
    private final Stopwatch time;

    FirstClientCapabilities(Duration wait, Ticker ticker) {
        this.time = new Stopwatch(ticker, wait);
    }

    /** Takes in what a client declares; the first one counts. */
    void declare(ObjectNode capabilities) {
        ObjectNode more = JsonRpcCodec.JSON.createObjectNode();
        for (Map.Entry<String, JsonNode> entry : capabilities.properties()) {
            if (!OURS.contains(entry.getKey())) {
                more.set(entry.getKey(), entry.getValue());
            }
        }
        declared.complete(more);
    }

    /** For the worker: what the client declared, or what some client may be able to do when none came in time. */
    ObjectNode awaited() {
        try {
            return declared.get(time.leftNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return anyClient();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return anyClient();
        }
    }

    /** MCP Apps: what a host cannot show, it leaves out. */
    private static ObjectNode anyClient() {
        ObjectNode capabilities = JsonRpcCodec.JSON.createObjectNode();
        capabilities
                .putObject("extensions")
                .putObject("io.modelcontextprotocol/ui")
                .putArray("mimeTypes")
                .add("text/html;profile=mcp-app");
        return capabilities;
    }
}

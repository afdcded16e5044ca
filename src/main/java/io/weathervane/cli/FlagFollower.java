package io.weathervane.cli;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.transport.socket.ServerUnreachableException;
import io.weathervane.util.SafeText;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Follows the live flags by asking the server for them, and shows each value that is another than before, with who changed it and
 * why. Goes on when the server is gone and comes back.
 */
final class FlagFollower {
    /** The tool of the flags. */
    static final String TOOL = "mcp_admin_flags";

    private static final Duration LOOK = Duration.ofMillis(250);
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final Supplier<ToolClient> server;
    private final PrintWriter out;
    private Map<String, String> known = Map.of();
    private boolean begun;
    private boolean lost;

    /** @param server connects to it */
    FlagFollower(Supplier<ToolClient> server, PrintWriter out) {
        this.server = server;
        this.out = out;
    }

    /**
     * Shows changes until this thread is interrupted.
     *
     * @throws ServerUnreachableException when no server answers at the beginning
     */
    int follow() {
        while (!Thread.currentThread().isInterrupted()) {
            try (ToolClient client = server.get()) {
                watch(client);
            } catch (ServerUnreachableException e) {
                if (!begun) {
                    throw e;
                }
                sayLost();
                pause(AGAIN);
            }
        }
        return ExitCode.INTERRUPTED;
    }

    private void watch(ToolClient client) {
        while (!Thread.currentThread().isInterrupted()) {
            show(client);
            pause(LOOK);
        }
    }

    private void show(ToolClient client) {
        JsonNode flags = client.data(TOOL, object("get")).path("flags");
        Map<String, String> now = new TreeMap<>();
        flags.properties()
                .forEach(flag ->
                        now.put(flag.getKey(), flag.getValue().path("effective").asString("")));
        if (!begun) {
            now.forEach((key, value) -> line(key + " = " + value));
        } else if (!now.equals(known)) {
            now.forEach((key, value) -> changed(client, key, value));
            known.keySet().stream()
                    .filter(key -> !now.containsKey(key))
                    .forEach(key -> line(key + " is no flag any more"));
        }
        if (lost) {
            line("the server answers again");
        }
        known = Map.copyOf(now);
        begun = true;
        lost = false;
        out.flush();
    }

    private void changed(ToolClient client, String key, String value) {
        String before = known.getOrDefault(key, "(none)");
        if (!before.equals(value)) {
            line(key + ": " + before + " -> " + value + why(client, key));
        }
    }

    /** Of the newest change of the row; under the kill switch a flag's value changes without one. */
    private static String why(ToolClient client, String key) {
        return client.data(TOOL, object("history").put("flag", key).put("limit", 1))
                .path("history")
                .valueStream()
                .map(row -> "  (last change of its row " + row.path("at").asString("") + " by "
                        + row.path("actor").asString("")
                        + (row.path("reason").isString()
                                ? ": " + row.path("reason").asString("")
                                : "")
                        + ")")
                .collect(Collectors.joining());
    }

    private void sayLost() {
        if (!lost) {
            line("the server does not answer; its flags are not known until it does");
            out.flush();
        }
        lost = true;
    }

    private void line(String text) {
        out.println(SafeText.line(text));
    }

    private static ObjectNode object(String action) {
        return JsonRpcCodec.JSON.createObjectNode().put("action", action);
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

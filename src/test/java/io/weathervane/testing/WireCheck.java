package io.weathervane.testing;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Holds every message that a server sends to one client against the official schema of the generation it was sent in, and
 * against what the client has sent before: an answer needs its request, with an id of the same type, a progress message
 * its token, a modern log message a client that wants it. Built into the clients of the tests, so that no test can forget it.
 */
public final class WireCheck {
    /** Longer lines are sent to be refused. */
    private static final int LINE_CHARS_MAX = 1024 * 1024;

    private static final String VERSION = "io.modelcontextprotocol/protocolVersion";
    private static final String CAPABILITIES = "io.modelcontextprotocol/clientCapabilities";
    private static final String LOG_LEVEL = "io.modelcontextprotocol/logLevel";
    private static final String SUBSCRIPTION = "io.modelcontextprotocol/subscriptionId";
    private static final Set<String> MODERN_METHODS = Set.of("server/discover", "subscriptions/listen");

    private final Map<JsonNode, Sent> waiting = new ConcurrentHashMap<>();
    private final Map<JsonNode, Sent> byProgressToken = new ConcurrentHashMap<>();
    private final Queue<AssertionError> wrong = new ConcurrentLinkedQueue<>();
    private volatile boolean legacySession;
    private volatile boolean wantsLogs;
    private volatile boolean takesAll;

    private record Sent(String method, WireSchema schema) {}

    /** What came back for one HTTP request: a JSON body, or the events of a stream. */
    public static void exchange(String request, Optional<String> version, boolean session, String answer) {
        WireCheck check = new WireCheck();
        check.legacySession = session;
        check.wantsLogs = session;
        check.sent(request, version);
        if (answer.startsWith("{") || answer.startsWith("[")) {
            check.received(JsonRpcCodec.JSON.readTree(answer));
        } else {
            answer.lines()
                    .filter(line ->
                            line.startsWith("data:") && !line.substring(5).isBlank())
                    .forEach(line -> check.received(JsonRpcCodec.JSON.readTree(line.substring(5))));
        }
        check.verify();
    }

    /** Takes whatever comes. */
    static WireCheck none() {
        WireCheck check = new WireCheck();
        check.takesAll = true;
        return check;
    }

    /** The check of a client whose handshake is over. */
    public static WireCheck ofLegacySession() {
        WireCheck check = new WireCheck();
        check.legacySession = true;
        return check;
    }

    /** Remembers what the client asks for. What is no request is not looked at here. */
    public void sent(String line) {
        sent(line, Optional.empty());
    }

    /** The same, with what an HTTP client says in {@code MCP-Protocol-Version}. */
    public void sent(String line, Optional<String> version) {
        if (line.length() > LINE_CHARS_MAX) {
            return;
        }
        try {
            remember(JsonRpcCodec.JSON.readTree(line), version);
        } catch (JacksonException e) {
            return; // sent to be refused
        }
    }

    /** Looks at a message; {@link #verify} fails for what is wrong with it. May be called by the thread that reads. */
    public void received(JsonNode message) {
        if (message.isArray()) {
            message.forEach(this::received);
            return;
        }
        try {
            check(message);
        } catch (AssertionError e) {
            wrong.add(e);
        }
    }

    /** Fails when one of the messages so far was not as it must be. */
    public void verify() {
        AssertionError first = wrong.poll();
        if (first != null) {
            throw first;
        }
    }

    private void remember(JsonNode message, Optional<String> version) {
        if (message.isArray()) {
            message.forEach(one -> remember(one, version));
            return;
        }
        String method = message.path("method").asString("");
        JsonNode meta = message.at("/params/_meta");
        boolean modern = meta.has(VERSION)
                || meta.has(CAPABILITIES)
                || MODERN_METHODS.contains(method)
                || version.filter(name -> name.compareTo("2026") >= 0).isPresent();
        Sent sent = new Sent(method, modern ? WireSchema.MODERN : WireSchema.LEGACY);
        if (message.has("id")) {
            waiting.put(message.get("id"), sent);
        }
        if (meta.has("progressToken")) {
            byProgressToken.put(meta.get("progressToken"), sent);
        }
        legacySession |= method.equals("initialize") && !modern;
        wantsLogs |= method.equals("logging/setLevel") || meta.has(LOG_LEVEL);
    }

    /** What is an extension's is in no schema of MCP. */
    private static boolean isOfExtension(String method) {
        return method.startsWith("com.");
    }

    private void check(JsonNode message) {
        if (takesAll || isOfExtension(message.path("method").asString(""))) {
            return;
        }
        if (message.has("method") && message.has("id")) {
            require(legacySession, "a request to a client that has no legacy session", message);
            WireSchema.LEGACY.checkRequest(message);
        } else if (message.has("method")) {
            checkNotification(message);
        } else if (message.has("error")) {
            Sent sent = waiting.get(message.path("id"));
            (sent == null ? WireSchema.LEGACY : sent.schema).checkError(message);
        } else {
            Sent sent = waiting.remove(message.path("id"));
            require(sent != null, "an answer to nothing that was asked", message);
            if (sent != null && !isOfExtension(sent.method)) {
                sent.schema.check(sent.method, message);
            }
        }
    }

    private void checkNotification(JsonNode message) {
        String method = message.path("method").asString("");
        JsonNode subscription = message.at("/params/_meta").path(SUBSCRIPTION);
        if (method.equals("notifications/progress")) {
            Sent sent = byProgressToken.get(message.at("/params/progressToken"));
            require(sent != null, "progress that was not asked for", message);
            if (sent != null) {
                sent.schema.check("", message);
            }
        } else if (method.equals("notifications/message")) {
            require(wantsLogs || legacySession, "a log message that was not asked for", message);
            WireSchema.MODERN.check("", message);
        } else if (!subscription.isMissingNode()) {
            Sent sent = waiting.get(subscription);
            require(
                    sent != null && sent.method.equals("subscriptions/listen"),
                    "a message of no open subscription",
                    message);
            WireSchema.MODERN.check("", message);
        } else {
            require(legacySession, "a notification to a client that has no legacy session", message);
            WireSchema.LEGACY.check("", message);
        }
    }

    private static void require(boolean holds, String what, JsonNode message) {
        if (!holds) {
            throw new AssertionError(what + ": " + message);
        }
    }
}

package io.weathervane.transport.socket;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.jsonrpc.JsonRpcReadException;
import io.weathervane.jsonrpc.RequestId;
import io.weathervane.tool.ToolResult;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * State of its client that a relay needs to go on with another server: the handshake, and the requests that have no
 * answer yet. It follows the lines of both directions.
 */
final class RelayReconnectState {
    /** How the ids begin of what is repeated without the client's knowledge; the handshake's is just this. */
    private static final String SILENT_PREFIX = "weathervane-takeover";

    static final RequestId SILENT = RequestId.of(SILENT_PREFIX);

    /** Most subscriptions that are repeated. */
    private static final int SUBSCRIPTIONS_MAX = 1000;

    /** Most requests without an answer; the next one waits for an answer to one of them. */
    private static final int IN_FLIGHT_MAX = 1024;

    /** Most bytes of lines kept for repeating; a request beyond them counts as one that cannot be repeated. */
    private static final long KEPT_BYTES_MAX = 8L * 1024 * 1024;

    /** Most servers that one request may outlive. */
    private static final int REPEATS_MAX = 3;

    private static final String INITIALIZE = "initialize";
    private static final String CALL = "tools/call";
    private static final String LISTEN = "subscriptions/listen";
    private static final String SET_LEVEL = "logging/setLevel";
    private static final String SUBSCRIBE = "resources/subscribe";
    private static final String UNSUBSCRIBE = "resources/unsubscribe";

    private final Map<RequestId, Sent> inFlight = new LinkedHashMap<>();
    private final Set<String> readOnlyTools;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private Optional<JsonRpcMessage.Request> handshake = Optional.empty();
    private Optional<JsonRpcMessage.Notification> initialized = Optional.empty();

    /** What the client told of itself after the handshake, by what it is about. */
    private final Map<String, JsonRpcMessage.Request> told = new LinkedHashMap<>();

    private long keptBytes;

    /** A request on its way; {@code kept} is false when its bytes were too many to remember. */
    private record Sent(JsonRpcMessage.Request request, int bytes, boolean kept, int repeats) {}

    /**
     * Messages that begin the connection to another server.
     *
     * @param lines to send to it, before anything new
     * @param silent how many of the lines the client does not know of
     * @param answers for the client, to requests of which no server can say any more what became of them
     */
    record Opening(List<byte[]> lines, int silent, List<JsonRpcMessage.Response> answers) {}

    /** @param readOnlyTools tools known to change nothing; more are learnt from the lists that pass by */
    RelayReconnectState(Set<String> readOnlyTools) {
        this.readOnlyTools = new HashSet<>(readOnlyTools);
    }

    /** Notes a line of the client that is about to be sent; waits when too many have no answer. */
    void sending(byte[] line) throws InterruptedException {
        Optional<JsonRpcMessage> message = parse(line);
        lock.lockInterruptibly();
        try {
            if (message.orElse(null) instanceof JsonRpcMessage.Request request) {
                while (inFlight.size() >= IN_FLIGHT_MAX) {
                    room.await();
                }
                boolean kept = keptBytes + line.length <= KEPT_BYTES_MAX;
                add(new Sent(kept ? request : withoutBulk(request), line.length, kept, 0));
            } else if (message.orElse(null) instanceof JsonRpcMessage.Notification notification) {
                remember(notification);
            }
        } finally {
            lock.unlock();
        }
    }

    /** So much of a request that will not be repeated as its answer needs. */
    private static JsonRpcMessage.Request withoutBulk(JsonRpcMessage.Request request) {
        ObjectNode few = JsonRpcCodec.JSON.createObjectNode();
        for (String key : List.of("name", "uri", "_meta")) {
            Optional.ofNullable(request.params().get(key)).ifPresent(value -> few.set(key, value));
        }
        return new JsonRpcMessage.Request(request.id(), request.method(), few);
    }

    /** Forgets a line that was noted and then not sent at all. */
    void notSent(byte[] line) {
        if (parse(line).orElse(null) instanceof JsonRpcMessage.Request request) {
            remove(request.id());
        }
    }

    /** Notes a line of the server; false when it is not for the client. */
    boolean received(byte[] line) {
        if (!(parse(line).orElse(null) instanceof JsonRpcMessage.Response response)) {
            return true;
        }
        if (isSilent(response)) {
            return false;
        }
        if (response instanceof JsonRpcMessage.Success success) {
            remove(success.id()).ifPresent(sent -> succeeded(sent.request(), success.result()));
        } else if (response instanceof JsonRpcMessage.Failure failure && failure.id() != null) {
            remove(failure.id());
        }
        return true;
    }

    /** Whether the line answers something the client did not ask. */
    static boolean isSilent(byte[] line) {
        return parse(line).orElse(null) instanceof JsonRpcMessage.Response response && isSilent(response);
    }

    private static boolean isSilent(JsonRpcMessage.Response response) {
        RequestId id = response instanceof JsonRpcMessage.Success success
                ? success.id()
                : ((JsonRpcMessage.Failure) response).id();
        return id != null && id.toString().startsWith(SILENT_PREFIX);
    }

    /** Whether every request has its answer; a subscription that is open waits for none. */
    boolean nothingInFlight() {
        lock.lock();
        try {
            return inFlight.values().stream()
                    .allMatch(sent -> sent.request().method().equals(LISTEN));
        } finally {
            lock.unlock();
        }
    }

    /** Begins with another server; the requests to be repeated stay in flight, the others are settled. */
    Opening reopen() {
        lock.lock();
        try {
            List<byte[]> lines = new ArrayList<>();
            List<JsonRpcMessage.Response> answers = new ArrayList<>();
            handshake.ifPresent(request -> lines.add(silent(SILENT, request)));
            initialized.ifPresent(notification -> lines.add(JsonRpcCodec.write(notification)));
            for (JsonRpcMessage.Request request : told.values()) {
                lines.add(silent(RequestId.of(SILENT_PREFIX + "-" + lines.size()), request));
            }
            int silent = (handshake.isPresent() ? 1 : 0) + told.size();
            for (Sent sent : List.copyOf(inFlight.values())) {
                if (isRepeatable(sent)) {
                    lines.add(JsonRpcCodec.write(sent.request()));
                    inFlight.put(sent.request().id(), new Sent(sent.request(), sent.bytes(), true, sent.repeats() + 1));
                } else {
                    answers.add(unknown(sent.request()));
                    remove(sent.request().id());
                }
            }
            return new Opening(lines, silent, answers);
        } finally {
            lock.unlock();
        }
    }

    private static byte[] silent(RequestId id, JsonRpcMessage.Request request) {
        return JsonRpcCodec.write(new JsonRpcMessage.Request(id, request.method(), request.params()));
    }

    /** Leaves what is in flight to a session that has been given the opening and answers for itself. */
    void forget() {
        lock.lock();
        try {
            inFlight.clear();
            keptBytes = 0;
        } finally {
            lock.unlock();
        }
    }

    /** Settles everything: there will be no other server. */
    List<JsonRpcMessage.Response> giveUp() {
        lock.lock();
        try {
            List<JsonRpcMessage.Response> answers = inFlight.values().stream()
                    .map(sent -> unknown(sent.request()))
                    .toList();
            inFlight.clear();
            return answers;
        } finally {
            lock.unlock();
        }
    }

    private boolean isRepeatable(Sent sent) {
        boolean changesNothing = !sent.request().method().equals(CALL)
                || readOnlyTools.contains(sent.request().params().path("name").asString(""));
        return changesNothing && sent.kept() && sent.repeats() < REPEATS_MAX;
    }

    private void remember(JsonRpcMessage.Notification notification) {
        if (notification.method().equals("notifications/initialized")) {
            initialized = Optional.of(notification);
        } else if (notification.method().equals("notifications/cancelled")) {
            Optional.ofNullable(RequestId.from(notification.params().get("requestId")))
                    .ifPresent(this::remove);
        }
    }

    private void succeeded(JsonRpcMessage.Request request, JsonNode result) {
        lock.lock();
        try {
            String uri = request.params().path("uri").asString("");
            switch (request.method()) {
                case INITIALIZE -> handshake = Optional.of(request);
                case "tools/list" -> result.path("tools").forEach(this::learn);
                case SET_LEVEL -> told.put(SET_LEVEL, request);
                case SUBSCRIBE -> {
                    if (told.size() <= SUBSCRIPTIONS_MAX) {
                        told.put(uri, request);
                    }
                }
                case UNSUBSCRIBE -> told.remove(uri);
                default -> {
                    // The others leave nothing behind at the server.
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void learn(JsonNode tool) {
        String name = tool.path("name").asString("");
        if (tool.path("annotations").path("readOnlyHint").asBoolean(false)) {
            readOnlyTools.add(name);
        } else {
            readOnlyTools.remove(name);
        }
    }

    private void add(Sent sent) {
        inFlight.put(sent.request().id(), sent);
        keptBytes += sent.kept() ? sent.bytes() : 0;
    }

    private Optional<Sent> remove(RequestId id) {
        lock.lock();
        try {
            Optional<Sent> sent = Optional.ofNullable(inFlight.remove(id));
            keptBytes -= sent.filter(Sent::kept).map(Sent::bytes).orElse(0);
            room.signal();
            return sent;
        } finally {
            lock.unlock();
        }
    }

    private static JsonRpcMessage.Response unknown(JsonRpcMessage.Request request) {
        if (!request.method().equals(CALL)) {
            return new JsonRpcMessage.Failure(
                    request.id(),
                    ErrorCode.INTERNAL_ERROR.code(),
                    "the server went away before it answered; ask again",
                    null);
        }
        ObjectNode result = ToolResult.failed("The server that ran this call went away before it answered. Whether "
                        + request.params().path("name").asString("the tool")
                        + " was done is unknown: look with audit_query before calling it again.")
                .json();
        if (request.params().path("_meta").has("io.modelcontextprotocol/protocolVersion")) {
            result.put("resultType", "complete");
        }
        return new JsonRpcMessage.Success(request.id(), result);
    }

    private static Optional<JsonRpcMessage> parse(byte[] line) {
        try {
            return Optional.of(JsonRpcCodec.read(line));
        } catch (JsonRpcReadException e) {
            return Optional.empty();
        }
    }
}

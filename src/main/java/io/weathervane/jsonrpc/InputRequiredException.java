package io.weathervane.jsonrpc;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The call is suspended: its client has to answer first, and answers with a further request (MCP 2026-07-28, multi
 * round-trip requests). It is the one type for this, from the place that asks, a tool of ours or a worker's question, to
 * the answer to the client; what is between lets it pass.
 */
public final class InputRequiredException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Map<String, InputRequest> requests;

    private final transient @Nullable ObjectNode remembered;

    public InputRequiredException(Map<String, InputRequest> requests) {
        this(requests, null);
    }

    /** @param remembered what the call that brings the answers is to know */
    public InputRequiredException(Map<String, InputRequest> requests, @Nullable ObjectNode remembered) {
        super("the client has to answer first", null, /* enableSuppression= */ false, /* writableStackTrace= */ false);
        this.requests = new LinkedHashMap<>(requests);
        this.remembered = remembered;
    }

    public Optional<ObjectNode> remembered() {
        return Optional.ofNullable(remembered);
    }

    public Map<String, InputRequest> requests() {
        return requests;
    }

    /** The questions as MCP has them in {@code inputRequests}. */
    public ObjectNode inputRequests() {
        ObjectNode json = JsonRpcCodec.JSON.createObjectNode();
        requests.forEach((key, question) ->
                json.putObject(key).put("method", question.kind().method()).set("params", question.params()));
        return json;
    }
}

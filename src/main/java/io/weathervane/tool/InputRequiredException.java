package io.weathervane.tool;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The call ends here, and is made again with the answers (MCP 2026-07-28, multi round-trip requests). Thrown by
 * {@link CallChannel#ask}; a tool lets it pass.
 */
public final class InputRequiredException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Map<String, InputRequest> requests;

    private final transient @Nullable ObjectNode remembered;

    public InputRequiredException(Map<String, InputRequest> requests) {
        this(requests, null);
    }

    /** @param remembered what the call that brings the answers is to know; see {@link CallChannel#remembered} */
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
}

package io.weathervane.tool;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The call ends here, and is made again with the answers (MCP 2026-07-28, multi round-trip requests). Thrown by
 * {@link CallScope#ask}; a tool lets it pass.
 */
public final class InputNeededException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Map<String, InputRequest> requests;

    public InputNeededException(Map<String, InputRequest> requests) {
        super("the client has to answer first", null, /* enableSuppression= */ false, /* writableStackTrace= */ false);
        this.requests = new LinkedHashMap<>(requests);
    }

    public Map<String, InputRequest> requests() {
        return requests;
    }
}

package io.weathervane.worker.remote;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Session that a legacy server agreed to with {@code initialize}.
 *
 * @param url the instance that has it
 * @param id empty when the server keeps none
 * @param version empty when it is not known
 */
record RemoteSession(URI url, Optional<String> id, String version) {
    /** Longest id that is taken: 1 KiB. */
    private static final int ID_LENGTH_MAX = 1024;

    /**
     * The session that a result of {@code initialize} begins.
     *
     * @param id as the answer's header has it; what is no id is as none
     */
    static RemoteSession of(JsonNode result, URI url, Optional<String> id) {
        return new RemoteSession(
                url,
                id.filter(RemoteSession::isId),
                result.path("protocolVersion").asString(""));
    }

    /** An id has visible ASCII characters only (MCP 2025-11-25 basic/transports). */
    static boolean isId(String text) {
        return !text.isEmpty() && text.length() <= ID_LENGTH_MAX && text.chars().allMatch(c -> c > ' ' && c < 0x7F);
    }

    /** What each request of the session carries. */
    Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        id.ifPresent(text -> headers.put(ProtocolHeaders.SESSION, text));
        if (!version.isEmpty()) {
            headers.put(ProtocolHeaders.VERSION, version);
        }
        return headers;
    }
}

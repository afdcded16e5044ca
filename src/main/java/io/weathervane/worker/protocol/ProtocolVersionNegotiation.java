package io.weathervane.worker.protocol;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.worker.WorkerCallException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The versions that {@code initialize} offers a worker, one after the other. A server is to answer a version that it does
 * not know with one that it knows (MCP basic/lifecycle), but some answer with that page's example of an error, and start
 * for a client of their own version only.
 */
final class ProtocolVersionNegotiation {
    /** Most versions that are offered to one worker: each that we speak, once. */
    private static final int OFFERS_MAX = McpGeneration.LEGACY_VERSIONS.size();

    private final List<String> offered = new ArrayList<>();

    /** The version to begin with. */
    String first() {
        return offered(McpGeneration.LEGACY_VERSION);
    }

    /**
     * The version to offer after this refusal: the newest of those that it names, or the next older one where it names none.
     * Empty when the refusal is no worker's answer, or not about a version, or names only versions that we do not speak.
     */
    Optional<String> after(WorkerCallException refusal) {
        boolean mayTakeAnother = refusal.kind() == WorkerCallException.Kind.RPC_ERROR
                && refusal.code() != ErrorCode.METHOD_NOT_FOUND.code()
                && offered.size() < OFFERS_MAX;
        if (!mayTakeAnother) {
            return Optional.empty();
        }
        List<String> supported = supportedIn(refusal);
        return McpGeneration.LEGACY_VERSIONS.stream()
                .filter(version -> !offered.contains(version))
                .filter(version -> supported.isEmpty() || supported.contains(version))
                .findFirst()
                .map(this::offered);
    }

    /** The versions that an error names as those that its sender speaks. */
    static List<String> supportedIn(WorkerCallException refusal) {
        @Nullable JsonNode data = refusal.data();
        return data == null
                ? List.of()
                : data.path("supported")
                        .valueStream()
                        .map(version -> version.asString(""))
                        .filter(version -> !version.isEmpty())
                        .toList();
    }

    private String offered(String version) {
        offered.add(version);
        return version;
    }
}

package io.weathervane.worker;

import java.util.Arrays;
import java.util.Optional;

/** Protocol of a worker on its stdin and stdout. */
public enum WorkerProtocol {
    /** The Model Context Protocol, of either generation. */
    MCP("mcp"),
    /** Plain JSON-RPC 2.0 with a {@code health} method; its tools are declared in the configuration. */
    JSON_RPC("json-rpc");

    private final String wireName;

    WorkerProtocol(String wireName) {
        this.wireName = wireName;
    }

    /** The name in the configuration and in the database. */
    public String wireName() {
        return wireName;
    }

    public static Optional<WorkerProtocol> of(String wireName) {
        return Arrays.stream(values())
                .filter(protocol -> protocol.wireName.equals(wireName))
                .findFirst();
    }
}

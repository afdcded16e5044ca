package io.weathervane.mcp.legacy;

import io.weathervane.mcp.ProtocolVersions;

/** Differences between the versions that begin with {@code initialize}. */
public final class LegacyVersions {
    private LegacyVersions() {}

    /** Batches of JSON-RPC came with the first version and went with 2025-06-18. */
    public static boolean hasBatches(String version) {
        return version.equals("2025-03-26") || version.equals("2024-11-05");
    }

    /** A client that asks for another than there is is offered the newest. */
    static String negotiated(String requested) {
        return ProtocolVersions.isLegacy(requested) ? requested : ProtocolVersions.LEGACY.get(0);
    }
}

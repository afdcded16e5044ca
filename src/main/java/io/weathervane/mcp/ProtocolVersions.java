package io.weathervane.mcp;

import java.util.List;
import java.util.stream.Stream;

/** The protocol versions this server speaks. */
public final class ProtocolVersions {
    /** Newest first. */
    public static final List<String> LEGACY = List.of("2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05");

    static final List<String> MODERN = List.of("2026-07-28");

    private ProtocolVersions() {}

    /** Whether the version is one that begins with {@code initialize}. */
    public static boolean isLegacy(String version) {
        return LEGACY.contains(version);
    }

    /** Whether the version is one whose requests carry everything themselves. */
    public static boolean isModern(String version) {
        return MODERN.contains(version);
    }

    /** Every version, newest first. */
    public static List<String> all() {
        return Stream.concat(MODERN.stream(), LEGACY.stream()).toList();
    }
}

package io.weathervane.mcp.legacy;

import io.weathervane.mcp.UpstreamSubscriptions;
import io.weathervane.tool.LogLevel;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The levels that clients have set, of which another server is told the mildest. */
final class LegacyLogLevels {
    private final UpstreamSubscriptions upstream;
    private final Map<LegacySession, LogLevel> levels = new ConcurrentHashMap<>();

    LegacyLogLevels(UpstreamSubscriptions upstream) {
        this.upstream = upstream;
    }

    void set(LegacySession client, LogLevel level) {
        Optional<LogLevel> before = mildest();
        levels.put(client, level);
        forwardUnless(before);
    }

    /** The client is gone. */
    void forget(LegacySession client) {
        Optional<LogLevel> before = mildest();
        levels.remove(client);
        forwardUnless(before);
    }

    private void forwardUnless(Optional<LogLevel> before) {
        mildest().filter(now -> !before.equals(Optional.of(now))).ifPresent(upstream::logLevel);
    }

    private Optional<LogLevel> mildest() {
        return levels.isEmpty() ? Optional.empty() : Optional.of(Collections.min(levels.values()));
    }
}

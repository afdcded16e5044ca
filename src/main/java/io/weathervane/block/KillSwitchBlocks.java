package io.weathervane.block;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Choice of the calls of workers' tools that the engaged kill switch blocks. */
public enum KillSwitchBlocks {
    NONE,
    WRITES,
    ALL;

    /** The values by their names in the configuration. */
    public static Map<String, KillSwitchBlocks> byName() {
        Map<String, KillSwitchBlocks> names = new LinkedHashMap<>();
        for (KillSwitchBlocks one : values()) {
            names.put(one.name().toLowerCase(Locale.ROOT), one);
        }
        return names;
    }

    Optional<BlockScope> scope() {
        return switch (this) {
            case NONE -> Optional.empty();
            case WRITES -> Optional.of(BlockScope.WRITES);
            case ALL -> Optional.of(BlockScope.ALL);
        };
    }
}

package io.weathervane.config;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A change of a tool that the next version makes on purpose, so that it is not held against it.
 *
 * @param tool the exact name, without any prefix of ours
 */
public record AcceptedChangeSettings(String tool, Kind kind) {
    /** What can be accepted. */
    public enum Kind {
        REMOVED,
        SCHEMA_CHANGED,
        ANNOTATION_FLIPPED;

        public String wireName() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        static Map<String, Kind> byName() {
            Map<String, Kind> kinds = new LinkedHashMap<>();
            for (Kind kind : values()) {
                kinds.put(kind.wireName(), kind);
            }
            return kinds;
        }
    }

    static AcceptedChangeSettings from(Section section) {
        return new AcceptedChangeSettings(
                section.words("tool").orElseThrow(() -> section.missing("tool", "name a tool of the active worker")),
                section.oneOf("kind", Kind.byName())
                        .orElseThrow(() -> section.missing(
                                "kind",
                                "one of " + String.join(", ", Kind.byName().keySet()))));
    }
}

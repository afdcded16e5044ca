package io.weathervane.shadow;

import io.weathervane.worker.ProbeCall;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Configuration of a comparison, which runs in this order: tool definitions, probes, recorded calls, live calls.
 *
 * @param replay how many recorded calls are made again, at most
 * @param mirrorDuration how long live calls are mirrored to the canary; not at all when zero
 * @param ignoredFields what may differ beside the usual: JSON Pointers into the result, with {@code *} for any
 *     name or index, and names of fields
 * @param accepted changes of tools that are meant
 */
public record ShadowComparisonConfig(
        List<ProbeCall> probes,
        int replay,
        Duration mirrorDuration,
        List<String> ignoredFields,
        List<AcceptedToolChange> accepted,
        ShadowThresholds thresholds) {
    public static final int REPLAY = 50;

    public ShadowComparisonConfig {
        probes = List.copyOf(probes);
        ignoredFields = List.copyOf(ignoredFields);
        accepted = List.copyOf(accepted);
        if (replay < 0) {
            throw new IllegalArgumentException("replay must be >= 0, was " + replay);
        }
        if (mirrorDuration.isNegative()) {
            throw new IllegalArgumentException("mirrorDuration must be >= 0, was " + mirrorDuration);
        }
    }

    /** The same, with these changes accepted as well. */
    public ShadowComparisonConfig accepting(List<AcceptedToolChange> more) {
        return new ShadowComparisonConfig(
                probes,
                replay,
                mirrorDuration,
                ignoredFields,
                Stream.concat(accepted.stream(), more.stream()).distinct().toList(),
                thresholds);
    }

    /** No probes, recorded calls if there are any, no mirror, nothing accepted. */
    public static ShadowComparisonConfig defaults() {
        return new ShadowComparisonConfig(
                List.of(), REPLAY, Duration.ZERO, List.of(), List.of(), ShadowThresholds.defaults());
    }
}

package io.weathervane.config;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How a canary is compared with the active worker before it is promoted.
 *
 * @param probes calls made to both; their tools must be read-only
 * @param ignoredFields what may differ: JSON Pointers into a result, or names of fields
 * @param acceptedChanges changes of tools that are meant
 * @param replay how many recorded calls are made again, at most
 * @param mirrorDuration how long live read-only calls are mirrored to the canary; not at all when zero
 * @param callTimeout how long each call may take
 * @param maxDifferenceRatio share of the compared calls that may have another result, from 0 to 1
 * @param maxLatencyFactor how many times slower than the active worker the canary may be
 * @param steps commands for builds and tests, by name: what a caller over HTTP may name
 */
public record UpgradeSettings(
        List<UpgradeProbeSettings> probes,
        List<String> ignoredFields,
        List<AcceptedChangeSettings> acceptedChanges,
        int replay,
        Duration mirrorDuration,
        Duration callTimeout,
        double maxDifferenceRatio,
        double maxLatencyFactor,
        Map<String, String> steps) {
    /** A version that means more changes than this is another server. */
    private static final int ACCEPTED_CHANGES_MAX = 100;

    private static final int REPLAY_MAX = 500;
    private static final Duration MIRROR_MAX = Duration.ofHours(24);
    private static final Duration CALL_TIMEOUT_MIN = Duration.ofMillis(10);
    private static final Duration CALL_TIMEOUT_MAX = Duration.ofMinutes(10);
    private static final double FACTOR_MAX = 1000;
    private static final Pattern STEP_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    public UpgradeSettings {
        probes = List.copyOf(probes);
        ignoredFields = List.copyOf(ignoredFields);
        acceptedChanges = List.copyOf(acceptedChanges);
        steps = Map.copyOf(steps);
    }

    public static UpgradeSettings defaults() {
        return new UpgradeSettings(
                List.of(), List.of(), List.of(), 50, Duration.ZERO, Duration.ofSeconds(10), 0, 5, Map.of());
    }

    static UpgradeSettings from(Section section) {
        UpgradeSettings defaults = defaults();
        return new UpgradeSettings(
                section.list("probes", UpgradeProbeSettings::from),
                ignoredFields(section),
                acceptedChanges(section),
                section.wholeNumber("replay", 0, REPLAY_MAX).orElse(defaults.replay),
                section.duration("mirrorDuration", Duration.ZERO, MIRROR_MAX).orElse(defaults.mirrorDuration),
                section.duration("callTimeout", CALL_TIMEOUT_MIN, CALL_TIMEOUT_MAX)
                        .orElse(defaults.callTimeout),
                number(section, "maxDifferenceRatio", 0, 1, defaults.maxDifferenceRatio),
                number(section, "maxLatencyFactor", 1, FACTOR_MAX, defaults.maxLatencyFactor),
                steps(section));
    }

    private static Map<String, String> steps(Section section) {
        Map<String, String> steps = section.textMap("steps");
        steps.forEach((name, command) -> {
            if (!STEP_NAME.matcher(name).matches()) {
                throw section.problem(
                        "steps",
                        "has the name \"" + name
                                + "\": use up to 64 letters, digits, dots, dashes and underscores, beginning with a"
                                + " letter or digit");
            }
            if (command.isBlank()) {
                throw section.problem("steps", "has no command for " + name);
            }
        });
        return steps;
    }

    private static List<String> ignoredFields(Section section) {
        List<String> fields = section.texts("ignoreFields");
        Set<String> seen = new HashSet<>();
        for (String field : fields) {
            if (field.isBlank() || field.equals("/")) {
                throw section.problem(
                        "ignoreFields",
                        "has \"" + field + "\": give a field's name, or a JSON Pointer such as /_meta/cost");
            }
            if (!seen.add(field)) {
                throw section.problem("ignoreFields", "names \"" + field + "\" twice");
            }
        }
        return fields;
    }

    private static List<AcceptedChangeSettings> acceptedChanges(Section section) {
        List<AcceptedChangeSettings> changes = section.list("acceptedChanges", AcceptedChangeSettings::from);
        if (changes.size() > ACCEPTED_CHANGES_MAX) {
            throw section.problem(
                    "acceptedChanges", "must have at most " + ACCEPTED_CHANGES_MAX + " entries, has " + changes.size());
        }
        Set<AcceptedChangeSettings> seen = new HashSet<>();
        for (AcceptedChangeSettings change : changes) {
            if (!seen.add(change)) {
                throw section.problem(
                        "acceptedChanges",
                        "names \"" + change.tool() + "\" with " + change.kind().wireName() + " twice");
            }
        }
        return changes;
    }

    private static double number(Section section, String key, double min, double max, double otherwise) {
        return section.number(key)
                .map(value -> {
                    if (value < min || value > max) {
                        throw section.problem(
                                key, "must be from " + plain(min) + " to " + plain(max) + ", was " + value);
                    }
                    return value;
                })
                .orElse(otherwise);
    }

    private static String plain(double number) {
        return String.valueOf((long) number);
    }
}

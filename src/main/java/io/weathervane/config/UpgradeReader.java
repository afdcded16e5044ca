package io.weathervane.config;

import io.weathervane.probe.WatchProbeConfig;
import io.weathervane.shadow.AcceptedToolChange;
import io.weathervane.shadow.ShadowComparisonConfig;
import io.weathervane.shadow.ShadowThresholds;
import io.weathervane.upgrade.UpgradeConfig;
import io.weathervane.worker.ProbeCall;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;

/** Reads {@code upgrade}: how a canary is compared with the active worker before it is promoted. */
final class UpgradeReader {
    private static final int REPLAY_MAX = 500;
    private static final Duration MIRROR_MAX = Duration.ofHours(24);
    private static final Duration PROBE_INTERVAL_MIN = Duration.ofMillis(100);
    private static final Duration PROBE_INTERVAL_MAX = Duration.ofHours(1);
    private static final Duration CALL_TIMEOUT_MIN = Duration.ofMillis(10);
    private static final Duration CALL_TIMEOUT_MAX = Duration.ofMinutes(10);
    private static final double FACTOR_MAX = 1000;
    private static final Pattern STEP_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private UpgradeReader() {}

    static UpgradeConfig read(Section section) {
        ShadowComparisonConfig usual = ShadowComparisonConfig.defaults();
        List<ProbeCall> probes = section.list("probes", UpgradeReader::probe);
        List<String> ignoredFields = ignoredFields(section);
        List<AcceptedToolChange> accepted = acceptedChanges(section);
        int replay = section.wholeNumber("replay", 0, REPLAY_MAX).orElse(usual.replay());
        Duration mirrorDuration =
                section.duration("mirrorDuration", Duration.ZERO, MIRROR_MAX).orElse(usual.mirrorDuration());
        ShadowThresholds thresholds = limits(section, usual.thresholds());
        ShadowComparisonConfig shadow =
                new ShadowComparisonConfig(probes, replay, mirrorDuration, ignoredFields, accepted, thresholds);
        return new UpgradeConfig(Map.of(), steps(section), shadow, probeInterval(section, probes));
    }

    private static Optional<Duration> probeInterval(Section section, List<ProbeCall> probes) {
        Optional<Duration> interval = section.duration("probeInterval", PROBE_INTERVAL_MIN, PROBE_INTERVAL_MAX);
        if (interval.isPresent() && probes.size() > WatchProbeConfig.PROBES_MAX) {
            throw section.problem(
                    "probes",
                    "must have at most " + WatchProbeConfig.PROBES_MAX
                            + " entries where probeInterval has a watch send them, has " + probes.size());
        }
        return interval;
    }

    private static ShadowThresholds limits(Section section, ShadowThresholds usual) {
        return new ShadowThresholds(
                section.duration("callTimeout", CALL_TIMEOUT_MIN, CALL_TIMEOUT_MAX)
                        .orElse(usual.callTimeout()),
                number(section, "maxDifferenceRatio", 0, 1, usual.maxDifferenceRatio()),
                number(section, "maxLatencyFactor", 1, FACTOR_MAX, usual.maxLatencyFactor()),
                usual.failuresMax());
    }

    private static ProbeCall probe(Section section) {
        return new ProbeCall(
                section.words("tool").orElseThrow(() -> section.missing("tool", "name a read-only tool of the worker")),
                section.tree("arguments").orElseGet(() -> JsonMapper.shared().createObjectNode()));
    }

    private static AcceptedToolChange acceptedChange(Section section) {
        Map<String, AcceptedToolChange.Kind> kinds = new LinkedHashMap<>();
        for (AcceptedToolChange.Kind kind : AcceptedToolChange.Kind.values()) {
            kinds.put(kind.wireName(), kind);
        }
        return new AcceptedToolChange(
                section.words("tool").orElseThrow(() -> section.missing("tool", "name a tool of the active worker")),
                section.oneOf("kind", kinds)
                        .orElseThrow(() -> section.missing("kind", "one of " + String.join(", ", kinds.keySet()))));
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

    private static List<AcceptedToolChange> acceptedChanges(Section section) {
        List<AcceptedToolChange> changes = section.list("acceptedChanges", UpgradeReader::acceptedChange);
        if (changes.size() > AcceptedToolChange.CHANGES_MAX) {
            throw section.problem(
                    "acceptedChanges",
                    "must have at most " + AcceptedToolChange.CHANGES_MAX + " entries, has " + changes.size());
        }
        Set<AcceptedToolChange> seen = new HashSet<>();
        for (AcceptedToolChange change : changes) {
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

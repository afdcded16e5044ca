package io.weathervane.config;

import io.weathervane.monitor.PolicyKey;
import io.weathervane.monitor.PolicyOverrides;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The monitor's thresholds from {@code WVO_ROLLBACK_*} variables, by the runbook's pattern (part 4). */
final class EnvironmentThresholds {
    private static final String PREFIX = "WVO_ROLLBACK_";

    private final Map<String, String> environment;

    EnvironmentThresholds(Map<String, String> environment) {
        this.environment = environment;
    }

    PolicyOverrides read() {
        PolicyOverrides thresholds = PolicyOverrides.none();
        for (PolicyKey key : MonitorReader.THRESHOLDS) {
            String value = environment.get(key.environmentVariable());
            if (value != null) {
                thresholds = thresholds.with(key, number(key, value.strip()));
            }
        }
        return thresholds;
    }

    /** One sentence for each variable of the pattern that means nothing here. */
    List<String> warnings() {
        Set<String> known = MonitorReader.THRESHOLDS.stream()
                .map(PolicyKey::environmentVariable)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        return environment.keySet().stream()
                .filter(name -> name.startsWith(PREFIX) && !known.contains(name))
                .sorted()
                .map(name -> "the environment variable " + name + " is not known and has no effect"
                        + Section.meant(name, known))
                .toList();
    }

    private static double number(PolicyKey key, String value) {
        try {
            double number = key.kind() == PolicyKey.Kind.RATE ? Double.parseDouble(value) : Long.parseLong(value);
            if (key.allows(number)) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw problem(key, value, e);
        }
        throw problem(key, value, null);
    }

    private static ConfigException problem(PolicyKey key, String value, @Nullable NumberFormatException cause) {
        String rule = key.kind() == PolicyKey.Kind.RATE
                ? "must be a number above 0 and at most 1"
                : "must be a whole number from " + (long) key.min() + " to " + (long) key.max();
        return new ConfigException(
                "the environment variable " + key.environmentVariable() + " " + rule + ", was \"" + value + "\"",
                cause);
    }
}

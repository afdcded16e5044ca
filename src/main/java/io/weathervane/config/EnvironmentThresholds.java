package io.weathervane.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The monitor's thresholds from {@code WVO_ROLLBACK_*} variables, by the runbook's pattern (part 4). */
final class EnvironmentThresholds {
    private static final String PREFIX = "WVO_ROLLBACK_";

    private final Map<String, String> environment;
    private final Set<String> known = new LinkedHashSet<>();

    EnvironmentThresholds(Map<String, String> environment) {
        this.environment = environment;
    }

    MonitorThresholds read() {
        return new MonitorThresholds(
                millis("CHECK_INTERVAL_MS", MonitorThresholds.INTERVAL_MAX),
                millis("GRACE_PERIOD_MS", MonitorThresholds.GRACE_PERIOD_MAX),
                rate("ERROR_THRESHOLD"),
                wholeNumber("CONSECUTIVE_FAILURES", MonitorThresholds.CHECKS_MAX),
                wholeNumber("CHECK_WINDOW", MonitorThresholds.CHECKS_MAX),
                wholeNumber("FAILURE_COUNT", MonitorThresholds.CHECKS_MAX),
                wholeNumber("MIN_REQUESTS", MonitorThresholds.MIN_REQUESTS_MAX),
                Optional.empty());
    }

    /** One sentence for each variable of the pattern that means nothing here; to be asked after {@link #read}. */
    List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        environment.keySet().stream()
                .filter(name -> name.startsWith(PREFIX) && !known.contains(name))
                .sorted()
                .forEach(name -> warnings.add("the environment variable " + name + " is not known and has no effect"
                        + Section.meant(name, known)));
        return List.copyOf(warnings);
    }

    private Optional<Duration> millis(String key, Duration max) {
        long min = MonitorThresholds.INTERVAL_MIN.toMillis();
        return value(key).map(value -> Duration.ofMillis(wholeNumber(key, value, min, max.toMillis())));
    }

    private Optional<Integer> wholeNumber(String key, int max) {
        return value(key).map(value -> (int) wholeNumber(key, value, 1, max));
    }

    private static long wholeNumber(String key, String value, long min, long max) {
        try {
            long number = Long.parseLong(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw problem(key, "must be a whole number from " + min + " to " + max, value, e);
        }
        throw problem(key, "must be a whole number from " + min + " to " + max, value, null);
    }

    private Optional<Double> rate(String key) {
        return value(key).map(value -> {
            try {
                double rate = Double.parseDouble(value);
                if (MonitorThresholds.isRate(rate)) {
                    return rate;
                }
            } catch (NumberFormatException e) {
                throw problem(key, "must be a number above 0 and at most 1", value, e);
            }
            throw problem(key, "must be a number above 0 and at most 1", value, null);
        });
    }

    private static ConfigException problem(
            String key, String rule, String value, @Nullable NumberFormatException cause) {
        return new ConfigException(
                "the environment variable " + PREFIX + key + " " + rule + ", was \"" + value + "\"", cause);
    }

    private Optional<String> value(String key) {
        known.add(PREFIX + key);
        return Optional.ofNullable(environment.get(PREFIX + key)).map(String::strip);
    }
}

package io.weathervane.policy;

import io.weathervane.monitor.MonitorPolicy;
import io.weathervane.monitor.PolicyKey;
import io.weathervane.monitor.PolicyOverrides;
import io.weathervane.util.SafeText;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thresholds in force: a {@code settings} row before an environment variable before the config file before the
 * preset. Rows may change at any time and count from the next check; one that is not allowed is ignored with a warning.
 */
public final class PolicyResolver {
    private static final Logger LOG = LoggerFactory.getLogger("RollbackMonitor");

    private static final String ROW = "settings row";
    private static final String ENVIRONMENT = "environment";
    private static final String CONFIG = "config file";
    private static final String PRESET = "preset";
    /** Distinct bad rows remembered as already logged. */
    private static final int LOGGED_MAX = 1000;

    private static final int SHOWN_LENGTH_MAX = 40;

    private final MonitorConfig config;
    private final MonitorPolicy preset;
    private final Map<PolicyKey, Threshold> fixed;
    private final String restoreSource;
    private final Optional<Boolean> restoreOnEscalation;
    private final Function<String, Optional<String>> rows;
    private final Set<String> logged = ConcurrentHashMap.newKeySet();

    private record Threshold(double value, String source) {}

    private record Resolved(Map<PolicyKey, Threshold> numbers, List<String> warnings) {}

    /**
     * Reads what the configuration says, which does not change here.
     *
     * @param rows the value of a row in {@code settings}
     * @throws InvalidThresholdException when something is out of range
     */
    public PolicyResolver(MonitorConfig config, Function<String, Optional<String>> rows) {
        this.config = config;
        this.preset = config.preset();
        this.fixed = fixed(config);
        this.restoreSource = config.file().restoreOnEscalation().isPresent() ? CONFIG : PRESET;
        this.restoreOnEscalation = config.file().restoreOnEscalation();
        this.rows = rows;
        refuseImpossible(fixed);
    }

    /** The settings that do not change. */
    public MonitorConfig config() {
        return config;
    }

    /** Whether decisions are carried out. */
    public MonitorMode mode() {
        return config.mode();
    }

    /** The policy for the next check. */
    public MonitorPolicy current() {
        return policy(resolve().numbers());
    }

    /** Each threshold in force with where it comes from, by its name in the config file. */
    public Map<String, SourcedThreshold> sources() {
        Map<String, SourcedThreshold> sources = new LinkedHashMap<>();
        resolve()
                .numbers()
                .forEach((key, number) -> sources.put(
                        key.configName(), new SourcedThreshold(key.format(number.value()), number.source())));
        sources.put(
                "restoreOnEscalation",
                new SourcedThreshold(
                        Boolean.toString(restoreOnEscalation.orElse(preset.restoreOnEscalation())), restoreSource));
        return Collections.unmodifiableMap(sources);
    }

    /** The rows that are there but not allowed, a sentence each. */
    public List<String> warnings() {
        return resolve().warnings();
    }

    private Resolved resolve() {
        Map<PolicyKey, Threshold> numbers = new EnumMap<>(fixed);
        List<String> warnings = new ArrayList<>();
        for (PolicyKey key : PolicyKey.values()) {
            rows.apply(key.rowKey()).ifPresent(text -> {
                OptionalDouble number = key.parse(text);
                if (number.isPresent()) {
                    numbers.put(key, new Threshold(number.getAsDouble(), ROW));
                } else {
                    warnings.add(ignored(key, text, key.allowed()));
                }
            });
        }
        if (impossible(numbers)) {
            String rule = "failureCount at most checkWindow";
            for (PolicyKey key : List.of(PolicyKey.FAILURE_COUNT, PolicyKey.CHECK_WINDOW)) {
                Threshold number = of(numbers, key);
                if (number.source().equals(ROW)) {
                    warnings.add(ignored(key, key.format(number.value()), rule));
                    numbers.put(key, of(fixed, key));
                }
            }
        }
        return new Resolved(numbers, List.copyOf(warnings));
    }

    private String ignored(PolicyKey key, String text, String allowed) {
        String warning = "settings row " + key.rowKey() + " is ignored: allowed is " + allowed + ", was \""
                + SafeText.quotable(SafeText.cut(text, SHOWN_LENGTH_MAX)) + "\"";
        if (logged.size() < LOGGED_MAX && logged.add(warning)) {
            LOG.warn("{}", warning);
        }
        return warning;
    }

    private static Map<PolicyKey, Threshold> fixed(MonitorConfig config) {
        Map<PolicyKey, Threshold> numbers = new EnumMap<>(PolicyKey.class);
        for (PolicyKey key : PolicyKey.values()) {
            numbers.put(key, new Threshold(key.in(config.preset()), PRESET));
            config.file().get(key).ifPresent(value -> {
                require(key, value, "config file: monitor." + key.configName());
                numbers.put(key, new Threshold(value, CONFIG));
            });
            config.environment().get(key).ifPresent(value -> {
                require(key, value, "environment variable " + key.environmentVariable());
                numbers.put(key, new Threshold(value, ENVIRONMENT));
            });
        }
        return Collections.unmodifiableMap(numbers);
    }

    private static void require(PolicyKey key, double value, String where) {
        if (!key.allows(value)) {
            throw new InvalidThresholdException(where + " must be " + key.allowed() + ", was \"" + value + "\"");
        }
    }

    private static void refuseImpossible(Map<PolicyKey, Threshold> numbers) {
        if (impossible(numbers)) {
            Threshold failures = of(numbers, PolicyKey.FAILURE_COUNT);
            Threshold window = of(numbers, PolicyKey.CHECK_WINDOW);
            throw new InvalidThresholdException("failureCount (" + (long) failures.value() + ", from the "
                    + failures.source() + ") must be at most checkWindow (" + (long) window.value() + ", from the "
                    + window.source() + ")");
        }
    }

    private static boolean impossible(Map<PolicyKey, Threshold> numbers) {
        return of(numbers, PolicyKey.FAILURE_COUNT).value()
                > of(numbers, PolicyKey.CHECK_WINDOW).value();
    }

    private MonitorPolicy policy(Map<PolicyKey, Threshold> thresholds) {
        Map<PolicyKey, Double> numbers = new EnumMap<>(PolicyKey.class);
        thresholds.forEach((key, threshold) -> numbers.put(key, threshold.value()));
        return new PolicyOverrides(numbers, restoreOnEscalation).applyTo(preset);
    }

    /** Every key has a number from the preset on. */
    private static Threshold of(Map<PolicyKey, Threshold> numbers, PolicyKey key) {
        Threshold number = numbers.get(key);
        if (number == null) {
            throw new AssertionError("no number for " + key);
        }
        return number;
    }
}

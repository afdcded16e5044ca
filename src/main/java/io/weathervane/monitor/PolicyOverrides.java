package io.weathervane.monitor;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Thresholds that differ from a policy: those of a config file, or those that a decision is replayed under.
 *
 * @param numbers durations in milliseconds
 */
public record PolicyOverrides(Map<PolicyKey, Double> numbers, Optional<Boolean> restoreOnEscalation) {
    public PolicyOverrides {
        numbers = Map.copyOf(numbers);
    }

    public static PolicyOverrides none() {
        return new PolicyOverrides(Map.of(), Optional.empty());
    }

    public PolicyOverrides with(PolicyKey key, double number) {
        Map<PolicyKey, Double> more = new EnumMap<>(PolicyKey.class);
        more.putAll(numbers);
        more.put(key, number);
        return new PolicyOverrides(more, restoreOnEscalation);
    }

    public PolicyOverrides with(PolicyKey key, Duration duration) {
        return with(key, (double) duration.toMillis());
    }

    public PolicyOverrides withRestoreOnEscalation(Optional<Boolean> restore) {
        return new PolicyOverrides(numbers, restore);
    }

    public OptionalDouble get(PolicyKey key) {
        Double number = numbers.get(key);
        return number == null ? OptionalDouble.empty() : OptionalDouble.of(number);
    }

    /** The policy with these in place of its own; throws {@link IllegalArgumentException} with the rule it breaks. */
    public MonitorPolicy applyTo(MonitorPolicy policy) {
        return new MonitorPolicy(
                number(PolicyKey.ERROR_RATE_THRESHOLD, policy),
                new MonitorPolicy.Schedule(
                        Duration.ofMillis((long) number(PolicyKey.GRACE_PERIOD, policy)),
                        Duration.ofMillis((long) number(PolicyKey.CHECK_INTERVAL, policy))),
                new MonitorPolicy.FailureLimits(
                        (int) number(PolicyKey.CONSECUTIVE_FAILURES, policy),
                        (int) number(PolicyKey.CHECK_WINDOW, policy),
                        (int) number(PolicyKey.FAILURE_COUNT, policy)),
                (long) number(PolicyKey.MIN_REQUESTS, policy),
                restoreOnEscalation.orElse(policy.restoreOnEscalation()));
    }

    private double number(PolicyKey key, MonitorPolicy policy) {
        return get(key).orElse(key.in(policy));
    }
}

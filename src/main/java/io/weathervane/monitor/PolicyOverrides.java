package io.weathervane.monitor;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Thresholds that differ from a policy: those of a config file, or those that a decision is replayed under. */
public record PolicyOverrides(
        OptionalDouble errorRateThreshold,
        Optional<Duration> gracePeriod,
        Optional<Duration> checkInterval,
        OptionalInt consecutiveFailures,
        OptionalInt checkWindow,
        OptionalInt failureCount,
        OptionalLong minRequests,
        Optional<Boolean> restoreOnEscalation) {
    public static PolicyOverrides none() {
        return new PolicyOverrides(
                OptionalDouble.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalLong.empty(),
                Optional.empty());
    }

    /** The policy with these in place of its own; throws {@link IllegalArgumentException} with the rule it breaks. */
    public MonitorPolicy applyTo(MonitorPolicy policy) {
        return new MonitorPolicy(
                errorRateThreshold.orElse(policy.errorRateThreshold()),
                gracePeriod.orElse(policy.gracePeriod()),
                checkInterval.orElse(policy.checkInterval()),
                consecutiveFailures.orElse(policy.consecutiveFailures()),
                checkWindow.orElse(policy.checkWindow()),
                failureCount.orElse(policy.failureCount()),
                minRequests.orElse(policy.minRequests()),
                restoreOnEscalation.orElse(policy.restoreOnEscalation()));
    }
}

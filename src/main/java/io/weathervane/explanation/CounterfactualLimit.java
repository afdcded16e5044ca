package io.weathervane.explanation;

import io.weathervane.explanation.DecisionExplanation.Replay;
import io.weathervane.monitor.HypotheticalLimit;
import io.weathervane.monitor.MonitorPolicy;
import io.weathervane.monitor.Observation;
import io.weathervane.monitor.PolicyKey;
import io.weathervane.monitor.PolicyOverrides;
import io.weathervane.monitor.RuleCondition;
import io.weathervane.monitor.RuleCondition.Comparison;
import io.weathervane.monitor.RuleCondition.Unit;
import io.weathervane.monitor.RuleKind;
import io.weathervane.monitor.SignalLimit;
import io.weathervane.monitor.SignalReading;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/**
 * One limit that a decision rests on, moved just so far that its condition does not hold. Whether that leads to another decision,
 * the replay says: other conditions may hold without it.
 *
 * @param key the threshold that sets the limit; empty when none does
 * @param limit the first that is long enough to be shown as it is tried
 */
record CounterfactualLimit(RuleCondition condition, Optional<PolicyKey> key, double limit) {
    private static final double RATE_STEPS = 1_000;

    static CounterfactualLimit of(RuleCondition condition, MonitorPolicy policy) {
        return new CounterfactualLimit(condition, key(condition, policy), beyond(condition));
    }

    private static Optional<PolicyKey> key(RuleCondition condition, MonitorPolicy policy) {
        return switch (condition.rule()) {
            case HARD_FAILURES -> Optional.of(PolicyKey.CONSECUTIVE_FAILURES);
            case HIGH_ERROR_RATE ->
                switch (condition.unit()) {
                    case COUNT -> Optional.of(PolicyKey.FAILURE_COUNT);
                    case RATE -> Optional.of(PolicyKey.ERROR_RATE_THRESHOLD);
                    default -> Optional.empty();
                };
            case REGRESSION, TOOL_REGRESSION ->
                condition.name().startsWith("checks ")
                                && condition.limit() > 1
                                && condition.limit() == policy.failureCount()
                        ? Optional.of(PolicyKey.FAILURE_COUNT)
                        : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static double beyond(RuleCondition condition) {
        double value = condition.value().orElse(condition.limit());
        boolean inclusive = condition.comparison() == Comparison.AT_LEAST;
        return switch (condition.unit()) {
            case RATE ->
                inclusive
                        ? (Math.floor(value * RATE_STEPS) + 1) / RATE_STEPS
                        : Math.ceil(value * RATE_STEPS) / RATE_STEPS;
            case COUNT, MEGABYTES, EVIDENCE -> inclusive ? Math.floor(value) + 1 : Math.ceil(value);
            case NUMBER -> value;
        };
    }

    /** Whether the rules decide otherwise with this limit alone moved. */
    boolean changes(DecisionReplayer replayer) {
        try {
            return replay(replayer).changed();
        } catch (IllegalArgumentException notAllowed) {
            return false; // the threshold cannot be moved so far
        }
    }

    private Replay replay(DecisionReplayer replayer) {
        if (condition.rule().isSignal()) {
            return replayer.seeing(this::moved);
        }
        return key.map(threshold -> replayer.under(PolicyOverrides.none().with(threshold, limit)))
                .orElseGet(() -> replayer.with(new HypotheticalLimit(condition, limit)));
    }

    private Observation moved(Observation seen) {
        return seen.with(seen.signals().stream().map(this::moved).toList());
    }

    private SignalReading moved(SignalReading reading) {
        if (!reading.title().equals(condition.name())) {
            return reading;
        }
        List<SignalLimit> limits = reading.limits().stream().map(this::moved).toList();
        return new SignalReading(
                reading.name(),
                reading.origin(),
                limits,
                reading.value(),
                reading.rollbackRun(),
                reading.escalateRun());
    }

    private SignalLimit moved(SignalLimit of) {
        boolean same = RuleKind.ofSignal(of.action()) == condition.rule()
                && of.comparison() == condition.comparison()
                && of.limit() == condition.limit();
        return same ? new SignalLimit(of.action(), of.comparison(), limit) : of;
    }

    /** For people: {@code a limit for pooled error rate of at least 42.5%; it was 20.0% (rule high-error-rate, …)}. */
    String text() {
        return "a limit for " + condition.name()
                + (condition.comparison() == Comparison.BELOW ? " of at most " : " of at least ") + shown()
                + "; it was "
                + condition.limitText() + " (rule " + condition.rule().wireName()
                + key.map(threshold -> ", threshold " + threshold.configName()).orElse(", not a setting") + ")";
    }

    private String shown() {
        return condition.unit() == Unit.NUMBER
                ? BigDecimal.valueOf(limit).stripTrailingZeros().toPlainString()
                : RuleCondition.format(limit, condition.unit());
    }
}

package io.weathervane.monitor;

import static io.weathervane.monitor.Condition.Comparison.ABOVE;
import static io.weathervane.monitor.Condition.Comparison.AT_LEAST;
import static io.weathervane.monitor.Condition.Unit.COUNT;
import static io.weathervane.monitor.Condition.Unit.MEGABYTES;
import static io.weathervane.monitor.Condition.Unit.RATE;

import io.weathervane.monitor.Condition.Comparison;
import io.weathervane.monitor.Condition.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** Compares a state with the policy; the first rule that holds decides. */
final class Rules {
    private final MonitorState state;
    private final MonitorPolicy policy;
    private final CheckRecord check;
    private final List<CheckRecord> window;
    private final Pooled pooled;
    private final List<Condition> conditions = new ArrayList<>();

    private Rules(MonitorState state, MonitorPolicy policy, CheckRecord check) {
        this.state = state;
        this.policy = policy;
        this.check = check;
        this.window = state.window(policy.checkWindow());
        this.pooled = Pooled.of(window, policy);
    }

    /** @param state the state with the newest check counted in */
    static Decision decide(MonitorState state, CheckRecord check, MonitorPolicy policy) {
        return new Rules(state, policy, check).decide();
    }

    private Decision decide() {
        Condition resources = resources();
        boolean rollback = highErrorRate();
        Condition hardFailures = add(
                Rule.HARD_FAILURES,
                "consecutive hard failures",
                count(state.hardFailureRun()),
                AT_LEAST,
                policy.consecutiveFailures(),
                COUNT);
        List<Condition> degraded = degraded();
        if (resources.holds()) {
            return decision(Action.ESCALATE, "Escalation: " + resourceText(), check.errorRate());
        }
        if (rollback) {
            String rate = Condition.format(pooled.rate().orElseThrow(), RATE);
            return decision(
                    Action.ROLLBACK, "High error rate (" + rate + ") with " + failed() + " failures", pooled.rate());
        }
        if (hardFailures.holds()) {
            return decision(Action.ESCALATE, hardFailureText(), check.errorRate());
        }
        if (!degraded.isEmpty()) {
            String why = degraded.stream().map(Condition::text).collect(Collectors.joining(", "));
            return decision(Action.DEGRADE, "Degraded: " + why + "; " + check.detail(), check.errorRate());
        }
        return decision(Action.HEALTHY, healthyText(), check.errorRate());
    }

    private Condition resources() {
        Usage usage = check.observation().usage();
        add(Rule.RESOURCES, "memory", usage.memoryMb(), AT_LEAST, MonitorPolicy.MEMORY_CRITICAL_MB, MEGABYTES);
        add(
                Rule.RESOURCES,
                "open files of the limit",
                usage.openFilesShare(),
                AT_LEAST,
                MonitorPolicy.OPEN_FILES_CRITICAL,
                RATE);
        return add(
                Rule.RESOURCES,
                "consecutive checks at a resource limit",
                count(state.resourceRun()),
                AT_LEAST,
                MonitorPolicy.RESOURCE_CHECKS,
                COUNT);
    }

    private boolean highErrorRate() {
        Condition enough = add(
                Rule.HIGH_ERROR_RATE,
                "failed checks in the window",
                count(failed()),
                AT_LEAST,
                policy.failureCount(),
                COUNT);
        Condition over =
                add(Rule.HIGH_ERROR_RATE, "pooled error rate", pooled.rate(), ABOVE, policy.errorRateThreshold(), RATE);
        if (!pooled.counted()) {
            return enough.holds() && over.holds();
        }
        Condition likely = add(
                Rule.HIGH_ERROR_RATE,
                "lower bound of the pooled error rate",
                pooled.lowerBound(),
                ABOVE,
                MonitorPolicy.DEGRADED_RATE,
                RATE);
        return enough.holds() && over.holds() && likely.holds();
    }

    /** The conditions of the rule that hold. */
    private List<Condition> degraded() {
        boolean unknown = check.observation().probe() == ProbeOutcome.UNKNOWN;
        return List.of(
                        add(Rule.DEGRADED, "failed checks in the window", count(failed()), AT_LEAST, 1, COUNT),
                        add(Rule.DEGRADED, "error rate", check.errorRate(), ABOVE, MonitorPolicy.DEGRADED_RATE, RATE),
                        add(
                                Rule.DEGRADED,
                                "memory",
                                check.observation().usage().memoryMb(),
                                AT_LEAST,
                                MonitorPolicy.MEMORY_DEGRADED_MB,
                                MEGABYTES),
                        add(Rule.DEGRADED, "probes without a result", count(unknown ? 1 : 0), AT_LEAST, 1, COUNT))
                .stream()
                .filter(Condition::holds)
                .toList();
    }

    private String resourceText() {
        String held = conditions.stream()
                .filter(condition -> condition.rule() == Rule.RESOURCES && condition.unit() != COUNT)
                .filter(Condition::holds)
                .map(Condition::text)
                .collect(Collectors.joining(", "));
        return held + " in " + state.resourceRun() + " consecutive checks";
    }

    private String hardFailureText() {
        int run = state.hardFailureRun();
        return "Escalation: " + run + " consecutive health check " + (run == 1 ? "failure" : "failures");
    }

    private String healthyText() {
        if (check.errorRate().isPresent()) {
            return "Healthy: "
                    + conditions.stream()
                            .filter(condition -> condition.rule() == Rule.DEGRADED && condition.unit() == RATE)
                            .map(Condition::text)
                            .collect(Collectors.joining());
        }
        long seen = ErrorRates.pool(window).requests();
        return "inconclusive: an error rate needs " + policy.minRequests() + " requests, the last " + window.size()
                + " checks saw " + seen + "; probe ok";
    }

    private int failed() {
        return state.failedIn(policy.checkWindow());
    }

    private Decision decision(Action action, String reason, OptionalDouble errorRate) {
        return new Decision(action, reason, errorRate, failed(), conditions);
    }

    private Condition add(
            Rule rule, String name, OptionalDouble value, Comparison comparison, double limit, Unit unit) {
        Condition condition = new Condition(rule, name, value, comparison, limit, unit);
        conditions.add(condition);
        return condition;
    }

    private static OptionalDouble count(int number) {
        return OptionalDouble.of(number);
    }
}

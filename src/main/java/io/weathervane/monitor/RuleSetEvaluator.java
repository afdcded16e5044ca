package io.weathervane.monitor;

import static io.weathervane.monitor.RuleCondition.Comparison.ABOVE;
import static io.weathervane.monitor.RuleCondition.Comparison.AT_LEAST;
import static io.weathervane.monitor.RuleCondition.Unit.COUNT;
import static io.weathervane.monitor.RuleCondition.Unit.EVIDENCE;
import static io.weathervane.monitor.RuleCondition.Unit.MEGABYTES;
import static io.weathervane.monitor.RuleCondition.Unit.NUMBER;
import static io.weathervane.monitor.RuleCondition.Unit.RATE;

import io.weathervane.monitor.RuleCondition.Comparison;
import io.weathervane.monitor.RuleCondition.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Compares a state with the policy and with the previous worker; the first rule that holds decides. */
final class RuleSetEvaluator {
    /** The name of the condition that looks at one check alone. */
    static final String ERROR_RATE = "error rate";

    private final WatchState state;
    private final MonitorPolicy policy;
    private final CheckRecord check;
    private final List<CheckRecord> window;
    private final BaselineComparison compared;
    private final Optional<HypotheticalLimit> hypothetical;
    private final List<RuleCondition> conditions = new ArrayList<>();

    /** Whether the decision is the action that is due by calls that failed. */
    private boolean ofCalls;

    private RuleSetEvaluator(
            WatchState state, MonitorPolicy policy, CheckRecord check, Optional<HypotheticalLimit> hypothetical) {
        this.state = state;
        this.policy = policy;
        this.check = check;
        this.hypothetical = hypothetical;
        this.window = state.window(policy.checkWindow());
        this.compared = new BaselineComparison(state, policy);
    }

    /** @param state the state with the newest check counted in */
    static RuleSetResult evaluate(
            WatchState state, CheckRecord check, MonitorPolicy policy, Optional<HypotheticalLimit> hypothetical) {
        return new RuleSetEvaluator(state, policy, check, hypothetical).evaluate();
    }

    private RuleSetResult evaluate() {
        RuleCondition resources = resources();
        List<FailedCallsReason> rollback = rollback();
        RuleCondition hardFailures = add(
                RuleKind.HARD_FAILURES,
                "consecutive hard failures",
                count(state.counters().hardFailureRun()),
                AT_LEAST,
                policy.hardFailureLimit(),
                COUNT);
        Optional<FailedCallsReason> run = hardFailures.holds() ? failedRun() : Optional.empty();
        List<FailedCallsReason> due =
                Stream.concat(rollback.stream(), run.stream()).toList();
        Optional<String> veto = veto(due);
        List<SignalReading> signals = check.observation().signals();
        conditions.addAll(SignalRules.conditions(signals));
        Decision decision = decide(resources, due, veto, hardFailures.holds() && run.isEmpty(), degraded());
        boolean askable = due.stream().allMatch(reason -> reason.source().isPresent())
                && SignalRules.due(signals, DecisionAction.ROLLBACK).isEmpty()
                && SignalRules.due(signals, DecisionAction.ESCALATE).isEmpty()
                && !resources.holds();
        return new RuleSetResult(
                decision,
                askable ? due.stream().findFirst().flatMap(FailedCallsReason::source) : Optional.empty(),
                ofCalls);
    }

    /** The run of hard failures, when nothing but calls of our own made it. */
    private Optional<FailedCallsReason> failedRun() {
        if (!CheckEvaluator.areByOwnCalls(state.newestRun(), policy)) {
            return Optional.empty();
        }
        return Optional.of(new FailedCallsReason(
                DecisionAction.ESCALATE,
                hardFailureText(),
                check.errorRate(),
                failed(),
                Optional.of(new PreviousWorkerReplayRequest(Optional.empty()))));
    }

    private Decision decide(
            RuleCondition resources,
            List<FailedCallsReason> due,
            Optional<String> veto,
            boolean hardFailures,
            List<RuleCondition> degraded) {
        if (resources.holds()) {
            return decision(DecisionAction.ESCALATE, "Escalation: " + resourceText(), check.errorRate(), failed());
        }
        List<SignalReading> signals = check.observation().signals();
        Optional<SignalReading> escalating = SignalRules.due(signals, DecisionAction.ESCALATE);
        if (escalating.isPresent()) {
            return decision(
                    DecisionAction.ESCALATE,
                    "Escalation: " + SignalRules.reason(escalating.get(), DecisionAction.ESCALATE),
                    check.errorRate(),
                    failed());
        }
        Optional<FailedCallsReason> first = due.stream().findFirst();
        Optional<FailedCallsReason> acting = first.filter(reason -> veto.isEmpty());
        if (acting.filter(reason -> reason.action() == DecisionAction.ROLLBACK).isPresent()) {
            return decision(acting.get());
        }
        Optional<SignalReading> rollingBack = SignalRules.due(signals, DecisionAction.ROLLBACK);
        if (rollingBack.isPresent()) {
            return decision(
                    DecisionAction.ROLLBACK,
                    "Signal from outside: " + SignalRules.reason(rollingBack.get(), DecisionAction.ROLLBACK),
                    check.errorRate(),
                    failed());
        }
        if (hardFailures) {
            return decision(DecisionAction.ESCALATE, hardFailureText(), check.errorRate(), failed());
        }
        if (acting.isPresent()) {
            return decision(acting.get());
        }
        if (first.isPresent()) {
            FailedCallsReason vetoed = first.get();
            String why = Decision.vetoText(veto.orElseThrow(), vetoed.text());
            return decision(DecisionAction.DEGRADE, why, vetoed.rate(), vetoed.failures());
        }
        if (!degraded.isEmpty()) {
            String why = degraded.stream().map(RuleCondition::text).collect(Collectors.joining(", "));
            return decision(
                    DecisionAction.DEGRADE,
                    "Degraded: " + why + SignalRules.describe(signals) + "; " + check.detail()
                            + compared.previousText(),
                    check.errorRate(),
                    failed());
        }
        String unknown = SignalRules.unknownText(signals);
        return decision(
                DecisionAction.HEALTHY,
                unknown.isEmpty() ? healthyText() : "inconclusive: " + unknown + "; " + check.detail(),
                check.errorRate(),
                failed());
    }

    /** Why not to act: only if the previous worker is no better in any of the reasons. */
    private Optional<String> veto(List<FailedCallsReason> due) {
        return RollbackVetoEvaluator.of(state, check.observation()).flatMap(evaluator -> {
            due.stream()
                    .map(evaluator::conditions)
                    .flatMap(List::stream)
                    .distinct()
                    .forEach(conditions::add);
            List<String> vetoes =
                    due.stream().map(evaluator::veto).flatMap(Optional::stream).toList();
            return vetoes.size() == due.size() ? vetoes.stream().findFirst() : Optional.empty();
        });
    }

    private RuleCondition resources() {
        ResourceUsage usage = check.observation().usage();
        add(RuleKind.RESOURCES, "memory", usage.memoryMb(), AT_LEAST, MonitorPolicy.MEMORY_CRITICAL_MB, MEGABYTES);
        add(
                RuleKind.RESOURCES,
                "open files of the limit",
                usage.openFilesShare(),
                AT_LEAST,
                MonitorPolicy.OPEN_FILES_CRITICAL,
                RATE);
        return add(
                RuleKind.RESOURCES,
                "consecutive checks at a resource limit",
                count(state.counters().resources().criticalRun()),
                AT_LEAST,
                MonitorPolicy.RESOURCE_CHECKS,
                COUNT);
    }

    /** All three are looked at, so that the decision shows each. */
    private List<FailedCallsReason> rollback() {
        Optional<FailedCallsReason> rate = highErrorRate();
        Optional<FailedCallsReason> regression = regression();
        Optional<FailedCallsReason> tool = toolRegression();
        return Stream.of(rate, regression, tool).flatMap(Optional::stream).toList();
    }

    private Optional<FailedCallsReason> highErrorRate() {
        double limit =
                BaselineAdjustedLimits.of(policy, state.target().record()).errorRate();
        EValue eValue = compared.aboveFivePercent();
        WorstSourceErrorRate pooled = WorstSourceErrorRate.of(
                state.callCounts().pooled(), window, eValue.value() >= MonitorPolicy.EVIDENCE, limit, policy);
        RuleCondition enough = add(
                RuleKind.HIGH_ERROR_RATE,
                "failed checks in the window",
                count(failed()),
                AT_LEAST,
                policy.failureCount(),
                COUNT);
        RuleCondition over = add(RuleKind.HIGH_ERROR_RATE, "pooled error rate", pooled.rate(), ABOVE, limit, RATE);
        boolean likely = !pooled.counted()
                || evidence(
                                RuleKind.HIGH_ERROR_RATE,
                                "the rate",
                                eValue,
                                compared.fivePercent(),
                                MonitorPolicy.EVIDENCE)
                        .holds();
        if (!enough.holds() || !over.holds() || !likely) {
            return Optional.empty();
        }
        String rate = RuleCondition.format(pooled.rate().orElseThrow(), RATE);
        String asBad = compared.asBadText(pooled.rate());
        String apart = compared.apartText()
                .map(text -> (asBad.isEmpty() ? ": " : "; ") + text)
                .orElse("");
        return Optional.of(new FailedCallsReason(
                DecisionAction.ROLLBACK,
                "High error rate (" + rate + ") with " + failed() + " failures" + asBad + apart,
                pooled.rate(),
                failed(),
                pooled.counted() ? Optional.of(new PreviousWorkerReplayRequest(Optional.empty())) : Optional.empty()));
    }

    private Optional<FailedCallsReason> regression() {
        EValue eValue = compared.regression();
        RuleCondition likely =
                evidence(RuleKind.REGRESSION, "the rate", eValue, compared.regressionBound(), MonitorPolicy.EVIDENCE);
        RuleCondition enough = lasting(RuleKind.REGRESSION);
        String beside = compared.previousText()
                + compared.apartText().map(text -> "; " + text).orElse("");
        return likely.holds() && enough.holds() ? worse(eValue.since(), "", beside) : Optional.empty();
    }

    private Optional<FailedCallsReason> toolRegression() {
        return compared.worstTool().flatMap(worst -> {
            RuleCondition likely = evidence(
                    RuleKind.TOOL_REGRESSION,
                    "the rate of " + worst.tool(),
                    worst.eValue(),
                    worst.bound(),
                    compared.toolLimit());
            boolean known = !ToolFailureMetric.in(worst.tool()).needsToBeKnown()
                    || add(
                                    RuleKind.TOOL_REGRESSION,
                                    "calls of " + worst.tool() + " that went well before",
                                    count((double) worst.wellBefore()),
                                    AT_LEAST,
                                    MonitorPolicy.TOOL_KNOWN_CALLS,
                                    COUNT)
                            .holds();
            RuleCondition enough = lasting(RuleKind.TOOL_REGRESSION);
            if (ToolFailureMetric.in(worst.tool()).needsAllToFail()) {
                add(
                        RuleKind.TOOL_REGRESSION,
                        "share of calls of " + worst.tool() + " that fail",
                        worst.eValue().since().rate(),
                        AT_LEAST,
                        1,
                        RATE);
            }
            return likely.holds() && known && enough.holds() && worst.isDecisive()
                    ? worse(worst.eValue().since(), worst.tool(), compared.previousText(worst.tool()))
                    : Optional.empty();
        });
    }

    /** Without a record to be compared with, the runbook's number of failed checks is needed too. */
    private RuleCondition lasting(RuleKind rule) {
        return add(
                rule,
                "checks that saw a failed call",
                count((double) state.callCounts().failingChecks()),
                AT_LEAST,
                state.target().record().known() ? 1 : policy.failureCount(),
                COUNT);
    }

    private static Optional<FailedCallsReason> worse(CallCounts seen, String tool, String previous) {
        String of = tool.isEmpty() ? "" : " of " + ToolFailureMetric.in(tool).calls(tool);
        String rate = RuleCondition.format(seen.rate().orElse(0), RATE);
        return Optional.of(new FailedCallsReason(
                DecisionAction.ROLLBACK,
                "High error rate (" + rate + ") with " + seen.failed() + " failures: " + seen.failed() + " of "
                        + seen.calls() + " calls" + of + " "
                        + ToolFailureMetric.in(tool).failure() + previous,
                seen.rate(),
                Math.toIntExact(Math.min(Integer.MAX_VALUE, seen.failed())),
                Optional.of(new PreviousWorkerReplayRequest(tool.isEmpty() ? Optional.empty() : Optional.of(tool)))));
    }

    /** The conditions that hold and speak for a closer look; a tool that fails without having been known is one of them. */
    private List<RuleCondition> degraded() {
        boolean unknown = check.observation().probe().outcome() == HealthProbeVerdict.UNKNOWN;
        add(RuleKind.DEGRADED, "failed checks in the window", count(failed()), AT_LEAST, 1, COUNT);
        add(RuleKind.DEGRADED, ERROR_RATE, check.errorRate(), ABOVE, MonitorPolicy.DEGRADED_RATE, RATE);
        add(
                RuleKind.DEGRADED,
                "memory",
                check.observation().usage().memoryMb(),
                AT_LEAST,
                MonitorPolicy.MEMORY_DEGRADED_MB,
                MEGABYTES);
        OptionalDouble growth =
                state.counters().resources().growth(state.schedule().halfway(policy));
        if (growth.isPresent()) {
            add(
                    RuleKind.DEGRADED,
                    "growth of memory a minute",
                    growth,
                    AT_LEAST,
                    MonitorPolicy.MEMORY_GROWTH_MB,
                    MEGABYTES);
        }
        add(RuleKind.DEGRADED, "probes without a result", count(unknown ? 1 : 0), AT_LEAST, 1, COUNT);
        evidence(RuleKind.DEGRADED, "the rate", compared.noted(), compared.notedBound(), MonitorPolicy.EVIDENCE);
        compared.slower()
                .ifPresent(slower -> evidence(
                        RuleKind.SLOWER,
                        "the share of calls over " + compared.slowLimitText(),
                        slower,
                        compared.slowBound(),
                        MonitorPolicy.PART_EVIDENCE));
        return conditions.stream()
                .filter(RuleCondition::holds)
                .filter(condition -> condition.rule().action() == DecisionAction.DEGRADE
                        || (condition.rule() == RuleKind.TOOL_REGRESSION && condition.unit() == EVIDENCE)
                        || (condition.rule().isSignal() && condition.unit() == NUMBER))
                .toList();
    }

    private String resourceText() {
        String held = conditions.stream()
                .filter(condition -> condition.rule() == RuleKind.RESOURCES && condition.unit() != COUNT)
                .filter(RuleCondition::holds)
                .map(RuleCondition::text)
                .collect(Collectors.joining(", "));
        return held + " in " + state.counters().resources().criticalRun() + " consecutive checks";
    }

    private String hardFailureText() {
        int run = state.counters().hardFailureRun();
        return "Escalation: " + run + " consecutive health check " + (run == 1 ? "failure" : "failures");
    }

    private String healthyText() {
        if (check.errorRate().isPresent()) {
            return "Healthy: "
                    + conditions.stream()
                            .filter(condition -> condition.name().equals(ERROR_RATE))
                            .map(RuleCondition::text)
                            .collect(Collectors.joining());
        }
        if (check.observation().requests() == 0) {
            return "inconclusive: no call ended since the check before; probe ok";
        }
        long seen = state.window(policy.checkWindow()).stream()
                .mapToLong(one -> one.observation().requests())
                .sum();
        return "inconclusive: an error rate needs " + policy.minRequests() + " requests, the last " + window.size()
                + " checks saw " + seen + "; probe ok";
    }

    private int failed() {
        return state.failedIn(policy.checkWindow());
    }

    private Decision decision(FailedCallsReason reason) {
        ofCalls = true;
        return decision(reason.action(), reason.text(), reason.rate(), reason.failures());
    }

    private Decision decision(DecisionAction action, String reason, OptionalDouble errorRate, int failureCount) {
        boolean unknown = action == DecisionAction.HEALTHY
                && check.observation().signals().stream().anyMatch(SignalReading::isUnknown);
        boolean conclusive = action.isDrastic()
                || (check.conclusive() && !unknown)
                || (action == DecisionAction.DEGRADE && conditions.stream().anyMatch(RuleSetEvaluator::isEvidence));
        return new Decision(action, reason, errorRate, failureCount, conditions, conclusive);
    }

    private static boolean isEvidence(RuleCondition condition) {
        return condition.holds()
                && (condition.unit() == EVIDENCE || condition.rule().isSignal());
    }

    private RuleCondition evidence(RuleKind rule, String what, EValue eValue, double bound, double limit) {
        String name = "evidence that " + what + " is above " + RuleCondition.format(bound, RATE);
        return add(rule, name, OptionalDouble.of(eValue.value()), AT_LEAST, limit, EVIDENCE);
    }

    private RuleCondition add(
            RuleKind rule, String name, OptionalDouble value, Comparison comparison, double limit, Unit unit) {
        RuleCondition usual = new RuleCondition(rule, name, value, comparison, limit, unit);
        RuleCondition condition = hypothetical
                .map(other -> new RuleCondition(rule, name, value, comparison, other.in(usual), unit))
                .orElse(usual);
        conditions.add(condition);
        return condition;
    }

    private static OptionalDouble count(double number) {
        return OptionalDouble.of(number);
    }
}

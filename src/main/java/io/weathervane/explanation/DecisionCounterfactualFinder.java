package io.weathervane.explanation;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toList;

import io.weathervane.monitor.Decision;
import io.weathervane.monitor.DecisionAction;
import io.weathervane.monitor.RuleCondition;
import io.weathervane.monitor.RuleCondition.Unit;
import io.weathervane.monitor.RuleKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Finds what would have led to another decision than the one made; its replay confirms each of them. */
final class DecisionCounterfactualFinder {
    private static final Set<RuleKind> BY_A_RUN = Set.of(RuleKind.RESOURCES, RuleKind.HARD_FAILURES);

    private DecisionCounterfactualFinder() {}

    /** The limits that alone would have prevented the action; when there are none, the rules that held side by side. */
    static List<String> ofAction(Decision made, Optional<DecisionReplayer> replayer) {
        if (replayer.isEmpty()) {
            return List.of("unknown: the checks that it was made from are not stored, so no other limit can be tried");
        }
        DecisionReplayer again = replayer.get();
        if (again.seeing(seen -> seen).changed()) {
            return List.of("unknown: the stored checks alone do not lead to this decision again");
        }
        List<String> single = made.conditions().stream()
                .filter(condition -> condition.rule().action().isDrastic() && condition.holds())
                .map(condition -> CounterfactualLimit.of(condition, again.policy()))
                .filter(candidate -> candidate.changes(again))
                .map(CounterfactualLimit::text)
                .distinct()
                .toList();
        return single.isEmpty() ? List.of(together(made)) : single;
    }

    private static String together(Decision made) {
        List<String> held = byRule(made).entrySet().stream()
                .filter(rule -> isHeld(rule.getKey(), rule.getValue()))
                .map(rule -> rule.getKey().wireName())
                .distinct()
                .toList();
        return held.size() > 1
                ? "no single limit: several would have to change together, at least one of each rule that held: "
                        + String.join(", ", held)
                : "no single limit: several would have to change together; the rule that held: "
                        + String.join(", ", held);
    }

    private static Map<RuleKind, List<RuleCondition>> byRule(Decision made) {
        return made.conditions().stream()
                .filter(condition -> condition.rule().action().isDrastic())
                .collect(groupingBy(RuleCondition::rule, TreeMap::new, toList()));
    }

    private static boolean isHeld(RuleKind rule, List<RuleCondition> conditions) {
        Stream<RuleCondition> counted = conditions.stream().filter(condition -> condition.unit() == Unit.COUNT);
        if (rule.isSignal()) {
            return counted.anyMatch(RuleCondition::holds);
        }
        return BY_A_RUN.contains(rule)
                ? counted.allMatch(RuleCondition::holds)
                : conditions.stream().allMatch(RuleCondition::holds);
    }

    /** What each rule that did not hold lacked: all of it is needed together. */
    static List<String> ofNoAction(Decision made) {
        List<String> lines = new ArrayList<>();
        if (made.vetoesRollback()) {
            made.conditions().stream()
                    .filter(condition -> condition.rule() == RuleKind.FAILS_ON_PREVIOUS && condition.holds())
                    .forEach(condition -> lines.add("no rollback while " + condition.text()));
        }
        byRule(made).forEach((rule, conditions) -> lacking(rule, conditions).ifPresent(lines::add));
        if (made.action() != DecisionAction.DEGRADE) {
            made.conditions().stream()
                    .filter(condition -> condition.rule().action() == DecisionAction.DEGRADE && !condition.holds())
                    .filter(condition -> condition.rule() != RuleKind.FAILS_ON_PREVIOUS)
                    .forEach(condition -> lines.add(needs(condition.rule()) + lack(condition)));
        }
        return lines;
    }

    private static Optional<String> lacking(RuleKind rule, List<RuleCondition> conditions) {
        String all = conditions.stream()
                .filter(condition -> !condition.holds())
                .filter(condition -> !BY_A_RUN.contains(rule) || condition.unit() == Unit.COUNT)
                .map(DecisionCounterfactualFinder::lack)
                .collect(joining(rule.isSignal() ? "; " : ", and "));
        return all.isEmpty() ? Optional.empty() : Optional.of(needs(rule) + all);
    }

    private static String needs(RuleKind rule) {
        return rule.action().wireName() + " by rule " + rule.wireName() + " needs ";
    }

    private static String lack(RuleCondition condition) {
        return condition.name() + " " + condition.comparison().sign() + " " + condition.limitText() + ", it was "
                + condition.valueText();
    }
}

package io.weathervane.bench.decisions;

/** Judges a promotion by what can be seen of it as time goes on. */
@FunctionalInterface
interface DecisionRule {
    RuleOutcome judge(Promotion promotion);
}

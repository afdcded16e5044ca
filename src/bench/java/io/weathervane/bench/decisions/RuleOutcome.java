package io.weathervane.bench.decisions;

/**
 * What a rule makes of a promotion.
 *
 * @param seconds since the promotion, when the rule acts or the watch ends
 * @param failedCalls calls that failed, or wait, until then
 */
record RuleOutcome(Kind kind, double seconds, long failedCalls) {
    enum Kind {
        ROLLBACK,
        ESCALATE,
        DEGRADED,
        HEALTHY,
        INCONCLUSIVE;

        boolean acts() {
            return this == ROLLBACK || this == ESCALATE;
        }
    }

    static RuleOutcome of(Kind kind, Promotion promotion, double second) {
        return new RuleOutcome(kind, second, promotion.harmed(second));
    }
}

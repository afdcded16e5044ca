package io.weathervane.monitor;

import static io.weathervane.monitor.RuleCondition.Comparison.AT_LEAST;
import static io.weathervane.monitor.RuleCondition.Unit.COUNT;
import static io.weathervane.monitor.RuleCondition.Unit.NUMBER;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** Rules for signals from outside. */
final class SignalRules {
    /** Evaluations in a row that must call for a rollback or an escalation: one alone may be a slip. */
    static final int EVALUATIONS = 2;

    private SignalRules() {}

    /** The readings of a check, counted on from those of the check before. */
    static List<SignalReading> counted(WatchState state, List<SignalReading> seen) {
        List<SignalReading> before = newest(state);
        return seen.stream()
                .map(reading -> reading.following(
                        before.stream().filter(reading::isSameSignal).findFirst(),
                        state.schedule().startedAt()))
                .toList();
    }

    private static List<SignalReading> newest(WatchState state) {
        List<CheckRecord> recent = state.recent();
        return recent.isEmpty()
                ? List.of()
                : recent.get(recent.size() - 1).observation().signals();
    }

    /** Every comparison that the readings are good for; those that hold call for a closer look at least. */
    static List<RuleCondition> conditions(List<SignalReading> readings) {
        List<RuleCondition> conditions = new ArrayList<>();
        for (SignalReading reading : readings) {
            for (SignalLimit limit : reading.limits()) {
                conditions.add(value(reading, limit));
            }
            for (DecisionAction action : List.of(DecisionAction.ROLLBACK, DecisionAction.ESCALATE)) {
                if (reading.limits().stream().anyMatch(limit -> limit.action() == action)) {
                    conditions.add(run(reading, action));
                }
            }
            if (reading.origin() == SignalReading.Origin.POSTED) {
                conditions.add(firing(reading));
            }
        }
        return conditions;
    }

    private static RuleCondition value(SignalReading reading, SignalLimit limit) {
        return new RuleCondition(
                RuleKind.ofSignal(limit.action()),
                reading.title(),
                reading.value().number(),
                limit.comparison(),
                limit.limit(),
                NUMBER);
    }

    private static RuleCondition run(SignalReading reading, DecisionAction action) {
        return new RuleCondition(
                RuleKind.ofSignal(action),
                "evaluations of " + reading.title() + " in a row that call for " + noun(action),
                OptionalDouble.of(reading.run(action)),
                AT_LEAST,
                EVALUATIONS,
                COUNT);
    }

    private static RuleCondition firing(SignalReading reading) {
        return new RuleCondition(
                RuleKind.SIGNAL,
                reading.title() + " firing",
                reading.isUnknown() ? OptionalDouble.empty() : OptionalDouble.of(reading.isFiring() ? 1 : 0),
                AT_LEAST,
                1,
                COUNT);
    }

    /** The signal that this action is due to: beyond its limit now, and for evaluations enough. */
    static Optional<SignalReading> due(List<SignalReading> readings, DecisionAction action) {
        return readings.stream()
                .filter(reading -> reading.callsFor(action) && reading.run(action) >= EVALUATIONS)
                .findFirst();
    }

    /** Why: {@code signal checkout-errors (prometheus) 0.08 > 0.05 in 2 evaluations in a row}. */
    static String reason(SignalReading reading, DecisionAction action) {
        String crossed = reading.limits().stream()
                .filter(limit -> limit.action() == action)
                .map(limit -> value(reading, limit))
                .filter(RuleCondition::holds)
                .map(RuleCondition::text)
                .collect(Collectors.joining(", "));
        return crossed + " in " + reading.run(action) + " evaluations in a row" + describe(reading);
    }

    /** What the senders of bad signals say beside the numbers; nothing when they say nothing. */
    static String describe(List<SignalReading> readings) {
        return readings.stream()
                .filter(SignalReading::isBad)
                .map(SignalRules::describe)
                .collect(Collectors.joining());
    }

    private static String describe(SignalReading reading) {
        String detail = reading.value().detail();
        return detail.isEmpty() ? "" : "; " + reading.name() + " says: " + detail;
    }

    /** What could not be learned; nothing when all is known. */
    static String unknownText(List<SignalReading> readings) {
        return readings.stream()
                .filter(SignalReading::isUnknown)
                .map(reading ->
                        reading.title() + " is unknown (" + reading.value().detail() + ")")
                .collect(Collectors.joining(", "));
    }

    private static String noun(DecisionAction action) {
        return action == DecisionAction.ROLLBACK ? "a rollback" : "an escalation";
    }
}

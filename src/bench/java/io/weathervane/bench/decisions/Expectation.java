package io.weathervane.bench.decisions;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import tools.jackson.databind.JsonNode;

/**
 * The figures that the product's rule must reach in a scenario; each is empty where nothing is asked.
 *
 * @param actedMax highest share of actions, in percent
 * @param actedMin lowest
 * @param medianSecondsMax until the action
 * @param medianFailedMax calls that failed until the action
 * @param degradedMin lowest share of watches that end degraded or with an action, in percent
 */
record Expectation(
        OptionalDouble actedMax,
        OptionalDouble actedMin,
        OptionalDouble medianSecondsMax,
        OptionalDouble medianFailedMax,
        OptionalDouble degradedMin) {
    /** Standard errors that a share may miss its figure by: the figure is one of the whole population. */
    private static final double ALLOWED_ERRORS = 3;

    static final List<String> FIGURES =
            List.of("actedMax", "actedMin", "medianSecondsMax", "medianFailedMax", "degradedMin");

    /** The figure of the {@code i}th of so many rates of calls, or the only one. */
    static Expectation of(ScenarioNode node, int i, int rates) {
        List<OptionalDouble> figures =
                FIGURES.stream().map(name -> figure(node, name, i, rates)).toList();
        return new Expectation(figures.get(0), figures.get(1), figures.get(2), figures.get(3), figures.get(4));
    }

    private static OptionalDouble figure(ScenarioNode node, String name, int i, int rates) {
        JsonNode given = node.node().path(name);
        if (given.isArray() && given.size() != rates) {
            throw node.wrong(name, "must have a number or null for each of " + rates + " callsPerMinute", given);
        }
        JsonNode value = given.isArray() ? given.get(i) : given;
        if (value.isMissingNode() || value.isNull()) {
            return OptionalDouble.empty();
        }
        if (!value.isNumber()) {
            throw node.wrong(name, "must be a number, or a list of numbers and nulls", given);
        }
        return OptionalDouble.of(value.asDouble());
    }

    /** What is missed by more than chance explains, for people. */
    List<String> missed(Summary summary) {
        List<String> missed = new ArrayList<>();
        double acted = 100 * summary.share(summary.acted());
        double degraded = 100 * summary.share(summary.acted() + summary.count(RuleOutcome.Kind.DEGRADED));
        int number = summary.outcomes().size();
        actedMax.ifPresent(max -> check(missed, "acted", acted, "at most", max, acted <= max + slack(max, number)));
        actedMin.ifPresent(min -> check(missed, "acted", acted, "at least", min, acted >= min - slack(min, number)));
        degradedMin.ifPresent(min ->
                check(missed, "degraded or acted", degraded, "at least", min, degraded >= min - slack(min, number)));
        medianSecondsMax.ifPresent(max -> {
            double median = summary.seconds(50).orElse(Double.POSITIVE_INFINITY);
            check(missed, "median seconds", median, "at most", max, median <= max);
        });
        medianFailedMax.ifPresent(max -> {
            double median = summary.failedCalls(50).orElse(Double.POSITIVE_INFINITY);
            check(missed, "median failed calls", median, "at most", max, median <= max);
        });
        return missed;
    }

    private static double slack(double percent, int number) {
        double share = Math.min(0.99, Math.max(0.005, percent / 100));
        return 100 * ALLOWED_ERRORS * Math.sqrt(share * (1 - share) / number);
    }

    private static void check(List<String> missed, String what, double is, String how, double figure, boolean holds) {
        if (!holds) {
            missed.add(String.format(Locale.ROOT, "%s %.1f, to be %s %.1f", what, is, how, figure));
        }
    }
}

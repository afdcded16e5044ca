package io.weathervane.bench.decisions;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** Prints a line for each rate of calls: what our rule made of it, and the share that each other one acted on. */
final class Table {
    private static final String FIRST = "%-44s %6s | %6s %6s %6s %6s %6s | %6s %6s |";

    private final List<String> rules;
    private String group = "";
    private boolean begun;

    Table(List<String> rules) {
        this.rules = List.copyOf(rules);
    }

    static String rate(Scenario scenario) {
        double rate = scenario.callsPerMinute();
        return rate == Math.rint(rate) ? String.valueOf((long) rate) : String.format(Locale.ROOT, "%.2f", rate);
    }

    List<String> add(String newGroup, Scenario scenario, Map<String, Summary> summaries) {
        List<String> lines = new ArrayList<>();
        if (!begun || !newGroup.equals(group)) {
            begun = true;
            group = newGroup;
            lines.add("");
            lines.add((group.isEmpty() ? "Scenarios" : group)
                    + " (shares in %; @ median seconds, ! median failed calls)");
            lines.add(heading());
        }
        Summary ours = summaries.get("ours");
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT,
                FIRST,
                scenario.name(),
                rate(scenario),
                percent(ours, RuleOutcome.Kind.ROLLBACK),
                percent(ours, RuleOutcome.Kind.ESCALATE),
                percent(ours, RuleOutcome.Kind.DEGRADED),
                percent(ours, RuleOutcome.Kind.HEALTHY),
                percent(ours, RuleOutcome.Kind.INCONCLUSIVE),
                "@" + figure(ours.seconds(50)),
                "!" + figure(ours.failedCalls(50))));
        for (String rule : rules.subList(1, rules.size())) {
            Summary summary = summaries.get(rule);
            line.append(String.format(
                    Locale.ROOT,
                    " %10s",
                    figure(100 * summary.share(summary.acted()))
                            + (summary.acted() == 0 ? "" : "@" + figure(summary.seconds(50)))));
        }
        lines.add(line.toString());
        return lines;
    }

    private String heading() {
        StringBuilder line = new StringBuilder(
                String.format(Locale.ROOT, FIRST, "", "calls", "roll", "escal", "degr", "health", "inconc", "", ""));
        rules.subList(1, rules.size()).forEach(rule -> line.append(String.format(Locale.ROOT, " %10s", rule)));
        return line.toString();
    }

    List<String> end() {
        return List.of("", CheckCost.text());
    }

    private static String percent(Summary summary, RuleOutcome.Kind kind) {
        return figure(100 * summary.share(summary.count(kind)));
    }

    private static String figure(OptionalDouble value) {
        return value.isPresent() ? figure(value.getAsDouble()) : "-";
    }

    private static String figure(double value) {
        return value >= 10 || value == Math.rint(value)
                ? String.valueOf(Math.round(value))
                : String.format(Locale.ROOT, "%.1f", value);
    }
}

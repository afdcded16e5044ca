package io.weathervane.bench.decisions;

import io.weathervane.bench.decisions.RuleOutcome.Kind;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What a rule made of all promotions of a scenario. */
record Summary(List<RuleOutcome> outcomes) {
    Summary {
        outcomes = List.copyOf(outcomes);
    }

    long count(Kind kind) {
        return outcomes.stream().filter(outcome -> outcome.kind() == kind).count();
    }

    long acted() {
        return outcomes.stream().filter(outcome -> outcome.kind().acts()).count();
    }

    double share(long count) {
        return (double) count / outcomes.size();
    }

    /** Of those that acted, by nearest rank; empty when none did. */
    OptionalDouble seconds(int percent) {
        return percentile(RuleOutcome::seconds, percent);
    }

    OptionalDouble failedCalls(int percent) {
        return percentile(outcome -> (double) outcome.failedCalls(), percent);
    }

    private OptionalDouble percentile(ToDoubleFunction<RuleOutcome> figure, int percent) {
        double[] sorted = outcomes.stream()
                .filter(outcome -> outcome.kind().acts())
                .mapToDouble(figure)
                .sorted()
                .toArray();
        return sorted.length == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(sorted[(sorted.length * percent + 99) / 100 - 1]);
    }

    ObjectNode json() {
        ObjectNode json = JsonMapper.shared().createObjectNode();
        for (Kind kind : Kind.values()) {
            json.put(kind.name().toLowerCase(Locale.ROOT), share(count(kind)));
        }
        put(json, "medianSeconds", seconds(50));
        put(json, "p95Seconds", seconds(95));
        put(json, "medianFailedCalls", failedCalls(50));
        put(json, "p95FailedCalls", failedCalls(95));
        return json;
    }

    private static void put(ObjectNode json, String name, OptionalDouble value) {
        if (value.isPresent()) {
            json.put(name, value.getAsDouble());
        } else {
            json.putNull(name);
        }
    }
}

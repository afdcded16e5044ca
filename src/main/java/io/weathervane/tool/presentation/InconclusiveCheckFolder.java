package io.weathervane.tool.presentation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Shows inconclusive entries in a row as one, so that a quiet hour does not push what matters out of a list. */
public final class InconclusiveCheckFolder {
    private static final List<String> SUMS = List.of("requests", "errors");

    private InconclusiveCheckFolder() {}

    /** The entries in their order: each run of inconclusive ones together, every other one alone. */
    public static <T> List<List<T>> of(List<T> entries, Predicate<T> inconclusive) {
        List<List<T>> runs = new ArrayList<>();
        boolean open = false;
        for (T entry : entries) {
            boolean quiet = inconclusive.test(entry);
            if (quiet && open) {
                runs.get(runs.size() - 1).add(entry);
            } else {
                runs.add(new ArrayList<>(List.of(entry)));
            }
            open = quiet;
        }
        return runs;
    }

    /**
     * Checks as the audit has them, oldest first. A run is its newest check with {@code count}, {@code from} and {@code to},
     * and with the calls of all of them.
     */
    public static ArrayNode folded(JsonNode checks) {
        ArrayNode folded = JsonFields.object().arrayNode();
        List<JsonNode> entries =
                StreamSupport.stream(checks.spliterator(), false).toList();
        of(entries, check -> check.path("verdict").asString("").equals("inconclusive"))
                .forEach(run -> folded.add(run.size() == 1 ? run.get(0) : folded(run)));
        return folded;
    }

    private static ObjectNode folded(List<JsonNode> run) {
        JsonNode newest = run.get(run.size() - 1);
        ObjectNode one = ((ObjectNode) newest).deepCopy();
        for (String name : SUMS) {
            if (newest.path(name).isNumber()) {
                one.put(
                        name,
                        run.stream()
                                .mapToLong(check -> check.path(name).asLong(0))
                                .sum());
            }
        }
        return one.put("count", run.size())
                .put("from", run.get(0).path("at").asString(""))
                .put("to", newest.path("at").asString(""));
    }

    /** The newest of a list that is oldest first. */
    static ArrayNode newest(ArrayNode entries, int limit) {
        ArrayNode newest = entries.arrayNode();
        for (int index = Math.max(0, entries.size() - limit); index < entries.size(); index++) {
            newest.add(entries.get(index));
        }
        return newest;
    }
}

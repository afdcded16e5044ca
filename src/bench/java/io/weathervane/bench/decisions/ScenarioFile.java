package io.weathervane.bench.decisions;

import io.weathervane.bench.decisions.Scenario.Baseline;
import io.weathervane.bench.decisions.Scenario.Phase;
import io.weathervane.bench.decisions.Scenario.Preset;
import io.weathervane.bench.decisions.Scenario.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads scenarios; all but the name has a default. What is wrong is said with its place. */
final class ScenarioFile {
    private static final int PROMOTIONS_MAX = 100_000;
    private static final double CALLS_PER_MINUTE_MAX = 20_000;
    private static final double RECORD_HOURS_MAX = 24;
    private static final int TOOLS_MAX = 100;

    private final String place;
    private final JsonNode node;

    private ScenarioFile(String place, JsonNode node) {
        this.place = place;
        this.node = node;
    }

    /** @throws IllegalArgumentException with what is wrong, for people */
    static List<Cell> read(Path file) throws IOException {
        JsonNode all;
        try {
            all = JsonMapper.shared().readTree(Files.readAllBytes(file));
        } catch (JacksonException e) {
            throw new IllegalArgumentException(file + " is no JSON: " + e.getOriginalMessage(), e);
        }
        if (!all.isArray()) {
            throw new IllegalArgumentException(file + " must be a list of scenarios");
        }
        List<Cell> cells = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            cells.addAll(new ScenarioFile("scenario " + (i + 1), all.get(i)).cells());
        }
        return cells;
    }

    private List<Cell> cells() {
        known(
                "name",
                "group",
                "promotions",
                "seed",
                "preset",
                "callsPerMinute",
                "tools",
                "baseline",
                "canary",
                "record",
                "expect");
        if (!node.path("name").isString()) {
            throw wrong("name", "must be a text");
        }
        JsonNode rates = node.path("callsPerMinute");
        List<Cell> cells = new ArrayList<>();
        for (int i = 0; i < (rates.isArray() ? rates.size() : 1); i++) {
            double rate = rates.isArray()
                    ? within("callsPerMinute", rates.get(i), 0.01, CALLS_PER_MINUTE_MAX)
                    : number("callsPerMinute", 20, 0.01, CALLS_PER_MINUTE_MAX);
            cells.add(
                    new Cell(node.path("group").asString(""), scenario(rate), Expectation.of(node.path("expect"), i)));
        }
        return cells;
    }

    private Scenario scenario(double callsPerMinute) {
        ScenarioFile baseline = child("baseline");
        baseline.known("errorRate", "clustered", "p95Ms");
        ScenarioFile record = child("record");
        record.known("hours");
        Baseline old = new Baseline(
                baseline.number("errorRate", 0.01, 0, 0.99),
                baseline.node.path("clustered").asBoolean(false),
                baseline.number("p95Ms", 100, 0.1, 600_000));
        List<Tool> tools = tools();
        return new Scenario(
                node.path("name").asString(),
                (int) number("promotions", 2_000, 1, PROMOTIONS_MAX),
                (long) number("seed", 1, Long.MIN_VALUE, Long.MAX_VALUE),
                preset(),
                callsPerMinute,
                tools,
                old,
                canary(old, tools),
                record.number("hours", 1, 0, RECORD_HOURS_MAX));
    }

    private Preset preset() {
        String name = node.path("preset").asString("default");
        return Stream.of(Preset.values())
                .filter(preset -> preset.wireName().equals(name))
                .findFirst()
                .orElseThrow(() -> wrong(
                        "preset",
                        "must be one of "
                                + Stream.of(Preset.values())
                                        .map(Preset::wireName)
                                        .toList()));
    }

    private List<Tool> tools() {
        JsonNode list = node.path("tools");
        if (list.isMissingNode()) {
            return Scenario.tenTools();
        }
        if (!list.isArray() || list.isEmpty() || list.size() > TOOLS_MAX) {
            throw wrong("tools", "must be a list of 1 to " + TOOLS_MAX);
        }
        List<Tool> tools = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            ScenarioFile tool = new ScenarioFile(place + ", tools[" + i + "]", list.get(i));
            tool.known("name", "share", "readOnly");
            tools.add(new Tool(
                    list.get(i).path("name").asString("tool-" + (i + 1)),
                    tool.number("share", 1, 1e-9, 1e9),
                    list.get(i).path("readOnly").asBoolean(true)));
        }
        return tools;
    }

    /** A first phase that begins later follows one in which the new worker is as good as the previous one. */
    private List<Phase> canary(Baseline old, List<Tool> tools) {
        List<Phase> phases = new ArrayList<>();
        JsonNode list = node.path("canary");
        for (int i = 0; i < list.size(); i++) {
            phases.add(new ScenarioFile(place + ", canary[" + i + "]", list.get(i)).phase(old, tools));
        }
        phases.sort(Comparator.comparingDouble(Phase::fromSeconds));
        if (phases.isEmpty() || phases.get(0).fromSeconds() > 0) {
            phases.add(0, new Phase(0, old.errorRate(), Map.of(), 0, 1, 0, 0, /* hang= */ false, 0));
        }
        return phases;
    }

    private Phase phase(Baseline old, List<Tool> tools) {
        known(
                "fromSeconds",
                "errorRate",
                "errorRatePerTool",
                "callerErrorShare",
                "latencyFactor",
                "lostProbeShare",
                "leakMbPerMinute",
                "hang",
                "outageShare");
        ScenarioFile perTool = child("errorRatePerTool");
        perTool.known(tools.stream().map(Tool::name).toArray(String[]::new));
        Map<String, Double> rates = new HashMap<>();
        perTool.node.propertyNames().forEach(tool -> rates.put(tool, perTool.number(tool, 0, 0, 1)));
        return new Phase(
                number("fromSeconds", 0, 0, 1e6),
                number("errorRate", old.errorRate(), 0, 1),
                rates,
                number("callerErrorShare", 0, 0, 1),
                number("latencyFactor", 1, 0.001, 1_000),
                number("lostProbeShare", 0, 0, 1),
                number("leakMbPerMinute", 0, 0, 10_000),
                node.path("hang").asBoolean(false),
                number("outageShare", 0, 0, 1));
    }

    private ScenarioFile child(String key) {
        JsonNode child = node.path(key);
        if (!child.isMissingNode() && !child.isObject()) {
            throw wrong(key, "must be an object");
        }
        return new ScenarioFile(
                place + ", " + key, child.isMissingNode() ? JsonMapper.shared().createObjectNode() : child);
    }

    private void known(String... keys) {
        if (!node.isObject()) {
            throw new IllegalArgumentException(place + " must be an object");
        }
        node.propertyNames().forEach(key -> {
            if (!List.of(keys).contains(key)) {
                throw new IllegalArgumentException(
                        place + ": " + key + " is unknown; known: " + String.join(", ", keys));
            }
        });
    }

    private double number(String key, double otherwise, double min, double max) {
        return node.path(key).isMissingNode() ? otherwise : within(key, node.path(key), min, max);
    }

    private double within(String key, JsonNode value, double min, double max) {
        if (!value.isNumber() || !(value.asDouble() >= min && value.asDouble() <= max)) {
            throw wrong(key, String.format(Locale.ROOT, "must be a number from %s to %s, was %s", min, max, value));
        }
        return value.asDouble();
    }

    private IllegalArgumentException wrong(String key, String rule) {
        return new IllegalArgumentException(place + ": " + key + " " + rule);
    }
}

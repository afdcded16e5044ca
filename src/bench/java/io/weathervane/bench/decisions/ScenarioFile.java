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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads scenarios; all but the name has a default. What is wrong is said with its place. */
final class ScenarioFile {
    private static final int PROMOTIONS_MAX = 100_000;
    private static final double CALLS_PER_MINUTE_MAX = 20_000;
    private static final double RECORD_HOURS_MAX = 24;
    private static final int TOOLS_MAX = 100;
    private static final int PHASES_MAX = 1_000;

    private static final List<String> SCENARIO = List.of(
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
    private static final List<String> PHASE = List.of(
            "fromSeconds",
            "errorRate",
            "errorRatePerTool",
            "callerErrorShare",
            "latencyFactor",
            "lostProbeShare",
            "leakMbPerMinute",
            "hang",
            "outageShare");

    private ScenarioFile() {}

    private static String place(JacksonException e) {
        TokenStreamLocation at = e.getLocation();
        return at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
    }

    /** @throws IllegalArgumentException with what is wrong, for people */
    static List<Cell> read(Path file) throws IOException {
        JsonNode all;
        try {
            all = JsonMapper.shared().readTree(Files.readAllBytes(file));
        } catch (JacksonException e) {
            throw new IllegalArgumentException(file + " is no JSON: " + e.getOriginalMessage() + place(e), e);
        }
        if (!all.isArray() || all.isEmpty()) {
            throw new IllegalArgumentException(file + " must be a list of one scenario or more");
        }
        List<Cell> cells = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            cells.addAll(cells(new ScenarioNode("scenario " + (i + 1), all.get(i)).known(SCENARIO)));
        }
        return cells;
    }

    private static List<Cell> cells(ScenarioNode node) {
        if (!node.has("name")) {
            throw new IllegalArgumentException(node.place() + ": name must be there, a text");
        }
        List<Double> rates = node.numbers("callsPerMinute", 20, 0.01, CALLS_PER_MINUTE_MAX);
        ScenarioNode expect = node.child("expect").known(Expectation.FIGURES);
        List<Cell> cells = new ArrayList<>();
        for (int i = 0; i < rates.size(); i++) {
            cells.add(new Cell(
                    node.text("group", ""), scenario(node, rates.get(i)), Expectation.of(expect, i, rates.size())));
        }
        return cells;
    }

    private static Scenario scenario(ScenarioNode node, double callsPerMinute) {
        ScenarioNode baseline = node.child("baseline").known(List.of("errorRate", "clustered", "p95Ms"));
        Baseline old = new Baseline(
                baseline.number("errorRate", 0.01, 0, 1),
                baseline.flag("clustered", false),
                baseline.number("p95Ms", 100, 0.1, 600_000));
        List<Tool> tools = tools(node);
        return new Scenario(
                node.text("name", ""),
                (int) node.whole("promotions", 2_000, 1, PROMOTIONS_MAX),
                node.whole("seed", 1, Long.MIN_VALUE, Long.MAX_VALUE),
                preset(node),
                callsPerMinute,
                tools,
                old,
                canary(node, old, tools),
                node.child("record").known(List.of("hours")).number("hours", 1, 0, RECORD_HOURS_MAX));
    }

    private static Preset preset(ScenarioNode node) {
        String name = node.text("preset", "default");
        return Stream.of(Preset.values())
                .filter(preset -> preset.wireName().equals(name))
                .findFirst()
                .orElseThrow(() -> node.wrong(
                        "preset",
                        "must be one of "
                                + Stream.of(Preset.values())
                                        .map(Preset::wireName)
                                        .toList(),
                        node.node().path("preset")));
    }

    private static List<Tool> tools(ScenarioNode node) {
        if (!node.has("tools")) {
            return Scenario.tenTools();
        }
        List<Tool> tools = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (ScenarioNode tool : node.children("tools", TOOLS_MAX)) {
            tool.known(List.of("name", "share", "readOnly"));
            String name = tool.text("name", "tool-" + (tools.size() + 1));
            if (!names.add(name)) {
                throw new IllegalArgumentException(tool.place() + ": name " + name + " is that of another tool, too");
            }
            tools.add(new Tool(name, tool.number("share", 1, 1e-9, 1e9), tool.flag("readOnly", true)));
        }
        if (tools.isEmpty()) {
            throw node.wrong(
                    "tools",
                    "must be a list of 1 to " + TOOLS_MAX + " objects",
                    node.node().path("tools"));
        }
        return tools;
    }

    /** A first phase that begins later follows one in which the new worker is as good as the previous one. */
    private static List<Phase> canary(ScenarioNode node, Baseline old, List<Tool> tools) {
        List<Phase> phases = new ArrayList<>();
        for (ScenarioNode phase : node.children("canary", PHASES_MAX)) {
            phases.add(phase(phase.known(PHASE), old, tools));
        }
        phases.sort(Comparator.comparingDouble(Phase::fromSeconds));
        if (phases.isEmpty() || phases.get(0).fromSeconds() > 0) {
            phases.add(0, new Phase(0, old.errorRate(), Map.of(), 0, 1, 0, 0, /* hang= */ false, 0));
        }
        return phases;
    }

    private static Phase phase(ScenarioNode node, Baseline old, List<Tool> tools) {
        ScenarioNode perTool = node.child("errorRatePerTool")
                .known(tools.stream().map(Tool::name).toList());
        Map<String, Double> rates = new HashMap<>();
        perTool.node().propertyNames().forEach(tool -> rates.put(tool, perTool.number(tool, 0, 0, 1)));
        return new Phase(
                node.number("fromSeconds", 0, 0, 1e6),
                node.number("errorRate", old.errorRate(), 0, 1),
                rates,
                node.number("callerErrorShare", 0, 0, 1),
                node.number("latencyFactor", 1, 0.001, 1_000),
                node.number("lostProbeShare", 0, 0, 1),
                node.number("leakMbPerMinute", 0, 0, 10_000),
                node.flag("hang", false),
                node.number("outageShare", 0, 0, 1));
    }
}

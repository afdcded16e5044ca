package io.weathervane.bench.decisions;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The command line of {@code scripts/bench decisions}: the folder of scenarios, then the words of its user. */
public final class DecisionsBench {
    private static final int QUICK_PROMOTIONS = 300;

    /** Calls of all promotions of a cell that a quick run simulates at most. */
    private static final double QUICK_CALLS = 2_000_000;

    private static final int USAGE = 2;

    private DecisionsBench() {}

    public static void main(String[] args) throws Exception {
        List<String> words = new ArrayList<>(List.of(args));
        Path file = Path.of(words.remove(0));
        boolean quick = words.remove("--quick");
        boolean json = words.remove("--json");
        int given = words.indexOf("--scenarios");
        if (given >= 0 && given + 1 < words.size()) {
            file = Path.of(words.remove(given + 1));
            words.remove(given);
        }
        if (!words.isEmpty()) {
            System.err.println("bench: decisions takes --quick, --json and --scenarios FILE, not " + words);
            System.exit(USAGE);
        }
        try {
            System.exit(run(ScenarioFile.read(file), quick, json));
        } catch (IllegalArgumentException e) {
            System.err.println("bench: " + e.getMessage());
            System.exit(USAGE);
        } catch (NoSuchFileException e) {
            System.err.println("bench: there is no file " + e.getMessage());
            System.exit(USAGE);
        } catch (IOException e) {
            System.err.println("bench: " + file + " cannot be read: " + e.getMessage());
            System.exit(USAGE);
        }
    }

    /** The rules, ours first. */
    static Map<String, DecisionRule> rules() {
        Map<String, DecisionRule> rules = new LinkedHashMap<>();
        rules.put("ours", new MonitorRule(/* replays= */ true));
        rules.put("no-replay", new MonitorRule(/* replays= */ false));
        rules.putAll(PeerRules.all());
        return rules;
    }

    private static int run(List<Cell> cells, boolean quick, boolean json) {
        ArrayNode all = JsonMapper.shared().createArrayNode();
        Table table = new Table(List.copyOf(rules().keySet()));
        List<String> missed = new ArrayList<>();
        for (Cell cell : cells) {
            Scenario scenario = quick ? quick(cell.scenario()) : cell.scenario();
            Map<String, Summary> summaries = judge(scenario);
            for (String miss : cell.expectation().missed(summaries.get("ours"))) {
                missed.add(scenario.name() + " at " + Table.rate(scenario) + " calls a minute: " + miss);
            }
            if (json) {
                all.add(json(scenario, summaries));
            } else {
                table.add(cell.group(), scenario, summaries).forEach(System.out::println);
            }
        }
        if (json) {
            System.out.println(all.toPrettyString());
        } else {
            table.end().forEach(System.out::println);
        }
        missed.forEach(miss -> System.err.println("MISSED: " + miss));
        return missed.isEmpty() ? 0 : 1;
    }

    private static Scenario quick(Scenario scenario) {
        double calls = scenario.callsPerMinute() * (scenario.seconds() / 60 + 60 * scenario.recordHours());
        int number = (int) Math.max(40, Math.min(QUICK_PROMOTIONS, QUICK_CALLS / calls));
        return scenario.with(Math.min(number, scenario.promotions()), scenario.seed());
    }

    /** Each promotion is made once, and every rule judges it. */
    private static Map<String, Summary> judge(Scenario scenario) {
        Map<String, DecisionRule> rules = rules();
        List<Map<String, RuleOutcome>> outcomes = IntStream.range(0, scenario.promotions())
                .parallel()
                .mapToObj(i -> judge(new Promotion(scenario, scenario.seed() * 1_000_003 + i), rules))
                .toList();
        Map<String, Summary> summaries = new LinkedHashMap<>();
        rules.keySet()
                .forEach(rule -> summaries.put(
                        rule,
                        new Summary(outcomes.stream().map(one -> one.get(rule)).toList())));
        return summaries;
    }

    private static Map<String, RuleOutcome> judge(Promotion promotion, Map<String, DecisionRule> rules) {
        Map<String, RuleOutcome> outcomes = new LinkedHashMap<>();
        rules.forEach((name, rule) -> outcomes.put(name, rule.judge(promotion)));
        return outcomes;
    }

    private static ObjectNode json(Scenario scenario, Map<String, Summary> summaries) {
        ObjectNode json = JsonMapper.shared().createObjectNode();
        json.put("name", scenario.name())
                .put("callsPerMinute", scenario.callsPerMinute())
                .put("promotions", scenario.promotions())
                .put("seed", scenario.seed());
        ObjectNode rules = json.putObject("rules");
        summaries.forEach((rule, summary) -> rules.set(rule, summary.json()));
        return json;
    }
}

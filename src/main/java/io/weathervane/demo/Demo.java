package io.weathervane.demo;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The whole story in under a minute, on real parts: a server and its workers as child processes, callers who call
 * all the time, a canary that goes bad after its promotion, and a worker killed with SIGKILL. Succeeds only when
 * all of it was seen to happen.
 */
public final class Demo {
    private static final int WARM_CALLS = 60;

    /** With so many calls of the previous worker there is a record to compare with. */
    private static final int RECORD_CALLS = 250;

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final DemoOutput screen;
    private final DemoOperations story;
    private final Clock clock;
    private final Path workspace;

    private Demo(DemoOutput screen, DemoOperations story, Clock clock, Path workspace) {
        this.screen = screen;
        this.story = story;
        this.clock = clock;
        this.workspace = workspace;
    }

    /**
     * Runs the demo in a workspace of its own and leaves it there to look at.
     *
     * @param weathervane the command that starts this program, without a subcommand
     * @return 0 when everything promised was seen
     */
    public static int run(PrintStream out, List<String> weathervane, Clock clock)
            throws IOException, InterruptedException {
        Path workspace = Files.createTempDirectory("weathervane-demo-");
        writeConfig(workspace, weathervane);
        DemoOutput screen = new DemoOutput(out, clock);
        screen.title("WeatherVane: a bad upgrade that undoes itself");
        screen.say("workspace", workspace.toString());
        try (HttpServerProcess server = HttpServerProcess.start(weathervane, workspace)) {
            DemoClient client = new DemoClient(server.uri());
            screen.say("server", server.uri() + ", process " + server.pid());
            try (TrafficGenerator traffic = new TrafficGenerator(client, clock)) {
                DemoOperations story = new DemoOperations(screen, client, clock);
                return new Demo(screen, story, clock, workspace).tell(traffic);
            }
        }
    }

    private static void writeConfig(Path workspace, List<String> weathervane) throws IOException {
        String command = JsonRpcCodec.JSON.writeValueAsString(weathervane);
        String worker = command.substring(0, command.length() - 1) + ", \"sample-worker\", \"--label\", ";
        Files.writeString(workspace.resolve("weathervane.yaml"), """
            monitor: {checkInterval: 2s, gracePeriod: 60s}
            workers:
              initial: stable-1
              releases:
                stable-1: {kind: mcp, command: %1$s"stable-1"]}
                bad-2: {kind: mcp, command: %1$s"bad-2", "--fail-tool", "get_forecast", "--fail-rate", "1", "--fail-as", "tool-error", "--fail-after-calls", "120"]}
                good-3: {kind: mcp, command: %1$s"good-3"]}
            """.formatted(worker));
    }

    private int tell(TrafficGenerator traffic) throws IOException, InterruptedException {
        firstAct(traffic);
        long lostBySwitches = traffic.lost();
        secondAct(traffic);
        screen.title("Figures");
        screen.say(
                "calls",
                traffic.made() + " made, " + traffic.good() + " answered, " + traffic.failedByWorker()
                        + " failed by the bad tool itself");
        screen.seen(
                lostBySwitches == 0,
                "calls lost by the two switches (promotion, rollback): " + lostBySwitches
                        + (lostBySwitches == 0 ? "" : ", the first: " + traffic.firstLoss()));
        screen.say(
                "act two",
                "calls that got no answer of a worker around the SIGKILL: " + (traffic.lost() - lostBySwitches)
                        + (traffic.lost() == lostBySwitches ? "" : ", the first: " + traffic.firstLoss()));
        lookFurther();
        if (!screen.missing().isEmpty()) {
            screen.title("Not everything was seen");
            screen.missing().forEach(screen::plain);
            return 1;
        }
        return 0;
    }

    private void firstAct(TrafficGenerator traffic) throws IOException, InterruptedException {
        screen.title("Act one: one tool of the canary goes bad, and each tenth call is of it");
        story.setFlags("PROMPT_MODE", "verbose", "SANDBOX_MODE", "pool");
        story.showFlags("flags before");
        story.waitFor("calls through the server", PATIENCE, () -> traffic.good() >= RECORD_CALLS);
        screen.say("calls", traffic.good() + " answered by stable-1, " + traffic.lost() + " lost");
        String promotion = story.promote("bad-2");
        Optional<JsonNode> decision = story.watchUntil(promotion, "rollback", PATIENCE);
        screen.seen(
                decision.isPresent(),
                "the monitor decided to roll back"
                        + decision.map(event -> ": "
                                        + event.path("payload").path("reason").asString(""))
                                .orElse(""));
        showThresholdAlone(promotion);
        Optional<JsonNode> executed = story.awaitEvent("rollback-executed", promotion, PATIENCE);
        screen.seen(executed.isPresent(), "rollback-executed is in the audit");
        decision.ifPresent(story::showActions);
        screen.seen(
                story.activeLabel().equals("stable-1"), "the previous worker is active again: " + story.activeLabel());
        timeToRollback(traffic, executed);
        screen.seen(story.killSwitchEngaged(), "the kill switch is engaged: DISABLE_NEW=1");
        screen.seen(story.effective("PROMPT_MODE").equals("compact"), "the flags are at their safe defaults");
        story.showFlags("flags now");
        story.showPreconditions();
        story.setFlags("DISABLE_NEW", "0");
        story.showFlags("after reset");
        screen.seen(story.effective("PROMPT_MODE").equals("verbose"), "the reset brought the held flags back");
        showAuditFiles();
    }

    /** What the same checks would have come to by the runbook's numbers alone. */
    private void showThresholdAlone(String promotion) throws IOException, InterruptedException {
        ThresholdOnlyRule alone = ThresholdOnlyRule.of(story.checks(promotion));
        screen.seen(!alone.rollsBack(), "the threshold alone would have kept bad-2: " + alone.text());
    }

    private void timeToRollback(TrafficGenerator traffic, Optional<JsonNode> executed) {
        executed.map(event -> Instant.parse(event.path("at").asString("")))
                .ifPresent(at -> traffic.firstFailure()
                        .ifPresent(first -> screen.say(
                                "time",
                                String.format(
                                        Locale.ROOT,
                                        "%.1f s from the first bad call to the rollback",
                                        Duration.between(first, at).toMillis() / 1000.0))));
    }

    private void secondAct(TrafficGenerator traffic) throws IOException, InterruptedException {
        screen.title("Act two: the active worker is killed");
        String promotion = story.promote("good-3");
        long before = traffic.good();
        story.waitFor("calls answered by good-3", PATIENCE, () -> traffic.good() >= before + WARM_CALLS);
        long pid = story.activePid();
        Instant killed = clock.instant();
        boolean signalled =
                ProcessHandle.of(pid).map(ProcessHandle::destroyForcibly).orElse(false);
        screen.seen(signalled, "SIGKILL to good-3, process " + pid);
        Optional<JsonNode> escalated = story.awaitEvent("escalation-triggered", promotion, PATIENCE);
        screen.seen(
                escalated.isPresent(),
                "escalation-triggered is in the audit"
                        + escalated
                                .map(event -> String.format(
                                        Locale.ROOT,
                                        ", %d ms after the kill",
                                        Duration.between(
                                                        killed,
                                                        Instant.parse(
                                                                event.path("at").asString("")))
                                                .toMillis()))
                                .orElse(""));
        screen.seen(story.killSwitchEngaged(), "the kill switch is engaged again");
        story.waitFor(
                "stable-1 answering again", PATIENCE, () -> story.activeLabel().equals("stable-1"));
        long afterSwitch = traffic.good();
        story.waitFor("calls answered again", PATIENCE, () -> traffic.good() >= afterSwitch + WARM_CALLS);
        screen.seen(story.activeLabel().equals("stable-1"), "the previous worker answers the calls: stable-1");
        showAuditFiles();
    }

    private void showAuditFiles() throws IOException {
        Path analytics = workspace.resolve("state").resolve("analytics");
        screen.say("audit", "state/analytics/kill_switch_audit.log");
        Files.readAllLines(analytics.resolve("kill_switch_audit.log")).forEach(screen::plain);
        screen.say("audit", "state/analytics/rollback_audit.jsonl, the decisions that acted");
        for (String line : Files.readAllLines(analytics.resolve("rollback_audit.jsonl"))) {
            ObjectNode decision = (ObjectNode) JsonRpcCodec.JSON.readTree(line);
            String kind = decision.path("decision").asString("");
            if (kind.equals("rollback") || kind.equals("escalate")) {
                screen.plain(decision.retain("timestamp", "decision", "reason", "errorRate", "failureCount", "seq")
                        .toString());
            }
        }
    }

    private void lookFurther() {
        screen.title("Look further");
        screen.plain("scripts/weathervane audit verify --workspace " + workspace);
        screen.plain("jq 'select(.decision == \"rollback\")' " + workspace + "/state/analytics/rollback_audit.jsonl");
        screen.plain("sqlite3 " + workspace + "/state/orchestrator.db 'SELECT key, value FROM settings'");
        screen.plain("scripts/weathervane serve --http --workspace " + workspace + "    # and, in another terminal:");
        screen.plain("scripts/weathervane call decision_explain --workspace " + workspace);
    }
}

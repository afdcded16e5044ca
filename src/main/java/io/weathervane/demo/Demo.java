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

    private final DemoOutput output;
    private final DemoOperations operations;
    private final Clock clock;
    private final Path workspace;

    private Demo(DemoOutput output, DemoOperations operations, Clock clock, Path workspace) {
        this.output = output;
        this.operations = operations;
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
        DemoOutput output = new DemoOutput(out, clock);
        output.title("WeatherVane: a bad upgrade that undoes itself");
        output.print("workspace", workspace.toString());
        try (HttpServerProcess server = HttpServerProcess.start(weathervane, workspace)) {
            DemoClient client = new DemoClient(server.uri());
            output.print("server", server.uri() + ", process " + server.pid());
            try (TrafficGenerator traffic = new TrafficGenerator(client, clock)) {
                DemoOperations operations = new DemoOperations(output, client, clock);
                return new Demo(output, operations, clock, workspace).run(traffic);
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

    private int run(TrafficGenerator traffic) throws IOException, InterruptedException {
        firstAct(traffic);
        long lostBySwitches = traffic.lost();
        secondAct(traffic);
        output.title("Figures");
        output.print(
                "calls",
                traffic.made() + " made, " + traffic.good() + " answered, " + traffic.failedByWorker()
                        + " failed by the bad tool itself");
        output.seen(
                lostBySwitches == 0,
                "calls lost by the two switches (promotion, rollback): " + lostBySwitches
                        + (lostBySwitches == 0 ? "" : ", the first: " + traffic.firstLoss()));
        output.print(
                "act two",
                "calls that got no answer of a worker around the SIGKILL: " + (traffic.lost() - lostBySwitches)
                        + (traffic.lost() == lostBySwitches ? "" : ", the first: " + traffic.firstLoss()));
        lookFurther();
        if (!output.missing().isEmpty()) {
            output.title("Not everything was seen");
            output.missing().forEach(output::plain);
            return 1;
        }
        return 0;
    }

    private void firstAct(TrafficGenerator traffic) throws IOException, InterruptedException {
        output.title("Act one: one tool of the canary goes bad, and each tenth call is of it");
        operations.setFlags("PROMPT_MODE", "verbose", "SANDBOX_MODE", "pool");
        operations.showFlags("flags before");
        operations.waitFor("calls through the server", PATIENCE, () -> traffic.good() >= RECORD_CALLS);
        output.print("calls", traffic.good() + " answered by stable-1, " + traffic.lost() + " lost");
        String promotion = operations.promote("bad-2");
        Optional<JsonNode> decision = operations.watchUntil(promotion, "rollback", PATIENCE);
        output.seen(
                decision.isPresent(),
                "the monitor decided to roll back"
                        + decision.map(event -> ": "
                                        + event.path("payload").path("reason").asString(""))
                                .orElse(""));
        showThresholdAlone(promotion);
        Optional<JsonNode> executed = operations.awaitEvent("rollback-executed", promotion, PATIENCE);
        output.seen(executed.isPresent(), "rollback-executed is in the audit");
        decision.ifPresent(operations::showActions);
        output.seen(
                operations.activeLabel().equals("stable-1"),
                "the previous worker is active again: " + operations.activeLabel());
        timeToRollback(traffic, executed);
        output.seen(operations.killSwitchEngaged(), "the kill switch is engaged: DISABLE_NEW=1");
        output.seen(operations.effective("PROMPT_MODE").equals("compact"), "the flags are at their safe defaults");
        operations.showFlags("flags now");
        operations.showPreconditions();
        operations.setFlags("DISABLE_NEW", "0");
        operations.showFlags("after reset");
        output.seen(operations.effective("PROMPT_MODE").equals("verbose"), "the reset brought the held flags back");
        showAuditFiles();
    }

    /** Shows the result of the same checks by the runbook's numbers alone. */
    private void showThresholdAlone(String promotion) throws IOException, InterruptedException {
        ThresholdOnlyRule rule = ThresholdOnlyRule.of(operations.checks(promotion));
        output.seen(!rule.rollsBack(), "the threshold alone would have kept bad-2: " + rule.text());
    }

    private void timeToRollback(TrafficGenerator traffic, Optional<JsonNode> executed) {
        executed.map(event -> Instant.parse(event.path("at").asString("")))
                .ifPresent(at -> traffic.firstFailure()
                        .ifPresent(first -> output.print(
                                "time",
                                String.format(
                                        Locale.ROOT,
                                        "%.1f s from the first bad call to the rollback",
                                        Duration.between(first, at).toMillis() / 1000.0))));
    }

    private void secondAct(TrafficGenerator traffic) throws IOException, InterruptedException {
        output.title("Act two: the active worker is killed");
        String promotion = operations.promote("good-3");
        long before = traffic.good();
        operations.waitFor("calls answered by good-3", PATIENCE, () -> traffic.good() >= before + WARM_CALLS);
        long pid = operations.activePid();
        Instant killed = clock.instant();
        boolean signalled =
                ProcessHandle.of(pid).map(ProcessHandle::destroyForcibly).orElse(false);
        output.seen(signalled, "SIGKILL to good-3, process " + pid);
        Optional<JsonNode> escalated = operations.awaitEvent("escalation-triggered", promotion, PATIENCE);
        output.seen(
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
        output.seen(operations.killSwitchEngaged(), "the kill switch is engaged again");
        operations.waitFor(
                "stable-1 answering again",
                PATIENCE,
                () -> operations.activeLabel().equals("stable-1"));
        long afterSwitch = traffic.good();
        operations.waitFor("calls answered again", PATIENCE, () -> traffic.good() >= afterSwitch + WARM_CALLS);
        output.seen(operations.activeLabel().equals("stable-1"), "the previous worker answers the calls: stable-1");
        showAuditFiles();
    }

    private void showAuditFiles() throws IOException {
        Path analytics = workspace.resolve("state").resolve("analytics");
        output.print("audit", "state/analytics/kill_switch_audit.log");
        Files.readAllLines(analytics.resolve("kill_switch_audit.log")).forEach(output::plain);
        output.print("audit", "state/analytics/rollback_audit.jsonl, the decisions that acted");
        for (String line : Files.readAllLines(analytics.resolve("rollback_audit.jsonl"))) {
            ObjectNode decision = (ObjectNode) JsonRpcCodec.JSON.readTree(line);
            String kind = decision.path("decision").asString("");
            if (kind.equals("rollback") || kind.equals("escalate")) {
                output.plain(decision.retain("timestamp", "decision", "reason", "errorRate", "failureCount", "seq")
                        .toString());
            }
        }
    }

    private void lookFurther() {
        output.title("Look further");
        output.plain("scripts/weathervane audit verify --workspace " + workspace);
        output.plain("jq 'select(.decision == \"rollback\")' " + workspace + "/state/analytics/rollback_audit.jsonl");
        output.plain("sqlite3 " + workspace + "/state/orchestrator.db 'SELECT key, value FROM settings'");
        output.plain("scripts/weathervane serve --http --workspace " + workspace + "    # and, in another terminal:");
        output.plain("scripts/weathervane call decision_explain --workspace " + workspace);
    }
}

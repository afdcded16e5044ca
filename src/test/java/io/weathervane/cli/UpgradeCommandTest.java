package io.weathervane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.app.TestServer;
import io.weathervane.testing.Await;
import io.weathervane.testing.ShellWorker;
import io.weathervane.tool.CallChannel;
import io.weathervane.tool.Caller;
import io.weathervane.tool.ToolResult;
import io.weathervane.util.Closer;
import io.weathervane.util.Workspace;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code upgrade} as it is typed, with a person at the terminal or without; real workers behind a real socket. */
class UpgradeCommandTest {
    private static final String YAML = """
        %s
        monitor: {checkInterval: 100ms, gracePeriod: 500ms, minRequests: 5}
        %s
        workers:
          initial: stable
          drainTimeout: 500ms
          stopTimeout: 1s
          releases:
            stable: {kind: mcp, command: [sh, worker.sh, well], probe: {timeout: 1m}}
        """;
    private static final String PROBES = "upgrade: {probes: [{tool: look, arguments: {}}]}";
    private static final String PRODUCTION = "environment: production";
    private static final String CANARY = ShellWorker.command("well");
    private static final Pattern APPROVAL = Pattern.compile("a-[0-9a-f]{8}");

    @TempDir
    private Path folder;

    private final Closer closer = new Closer();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @AfterEach
    void stopServer() {
        closer.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--canary-weights=0|--canary-weights must be from 1 to 100 percent, were [0]",
                "--canary-weights=5,101|--canary-weights must be from 1 to 100 percent, were [5, 101]",
                "--canary-weights=5,x|option '--canary-weights'",
                "--canary-weights=5,x|it wants a whole number",
                "--canary-weights=50,25|--canary-weights must be growing percentages, such as 5,25,50",
                "--canary-weights=1,2,3,4,5,6,7,8,9,10,11|--canary-weights must be at most 10 percentages, were 11",
                "--step-duration=soon|--step-duration: 'soon' is no duration. Write it like 500ms, 30s, 2m or 1h",
                "--step-duration=2h|--step-duration must be from 100ms to 1h",
                "--step-duration=99ms|--step-duration must be from 100ms to 1h",
                "--id=../up|--id must be 1 to 40 letters, digits, dots",
                "--accept-change=look|--accept-change: \"look\" is not a change that can be accepted. Write TOOL:KIND",
                "--accept-change=look:gone|with KIND one of removed, schema-changed, annotation-flipped, fixed",
                "--skip-promote|--promote and --skip-promote cannot both be set",
                "--no-such|Unknown option"
            })
    void aWrongCommandLineIsSaidToBeWrongWithoutAskingAnyServer(String option, String said) {
        int exit = run(nobody(), "--promote", option);

        assertThat(exit).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains(said);
    }

    @Test
    void theReleaseOrCommandHasToBeNamed() {
        assertThat(execute(new CommandLine(new UpgradeCommand(environment(), nobody()::at)), List.of()))
                .isEqualTo(ExitCode.USAGE);
        assertThat(err.toString())
                .contains(
                        "--canary is required: a release of the configuration, the command that starts the new version");
    }

    @Test
    void withoutAServerItSaysSo() {
        assertThat(run(nobody())).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(err.toString()).contains("no server has run in the workspace");

        Workspace.in(folder).create();

        assertThat(run(nobody())).isEqualTo(ExitCode.UNREACHABLE);
    }

    @Test
    void aRefusalOfThePreflightIsTheCommandsNo() throws IOException {
        TestServer server = serve("", PROBES);

        int exit = run(nobody(), "--canary", "/nowhere/server", "--id", "v2");

        assertThat(exit).isEqualTo(ExitCode.REFUSED);
        assertThat(out.toString()).contains("FAILED  preflight", "/nowhere/server is not found", "Upgrade v2: refused");
        assertOnlyActive(server, "stable");
    }

    @Test
    void aDryRunSaysWhatTheWatchWillSendAndBeginsNothing() throws IOException {
        TestServer server = serve("", PROBES);

        assertThat(run(nobody(), "--id", "v2", "--promote", "--dry-run")).isEqualTo(ExitCode.OK);

        assertThat(out.toString())
                .contains("Nothing was changed (dry run).", "probes during the watch: none", "then    promote it")
                .doesNotContain("has begun", "There is no terminal");
        assertThat(run(nobody(), "--canary", "/nowhere/server", "--dry-run")).isEqualTo(ExitCode.REFUSED);
        assertThat(out.toString()).contains("would be refused");
        assertThat(server.done("upgrade_status", "{}").path("status").asString(""))
                .isEqualTo("none");
        assertOnlyActive(server, "stable");
    }

    @Test
    void withSeveralServicesTheCommandFollowsTheUpgradeOfTheOneItNames() throws IOException {
        serve("", PROBES + "\nservices: {search: {releases: {stable: {kind: mcp, command: [sh, worker.sh, well]}}}}");

        int exit = run(nobody(), "--service", "search", "--id", "v2", "--skip-promote");

        assertThat(exit).as(out + "" + err).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("Upgrade v2 has begun.", "shadow", "Upgrade v2: ");
        assertThat(run(nobody(), "--id", "v3")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("service is one of: default, search");
    }

    @Test
    void anUpgradeThatIsCalledAsAToolHasTheSameCode() throws IOException {
        serve("", PROBES);

        assertThat(call("upgrade_run", "--canary", "/nowhere/server", "--id", "v2", "--dry-run"))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(out.toString()).contains("FAILED  canary's program", "would be refused");
        assertThat(call("upgrade_run", "--canary", "/nowhere/server", "--id", "v2"))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(call("upgrade_status")).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("was refused");
        assertThat(call("upgrade_run", "--canary", CANARY, "--id", "v3", "--dry-run"))
                .isEqualTo(ExitCode.OK);
        assertThat(call("kill_switch_reset", "--dry-run")).as("it is off").isEqualTo(ExitCode.OK);
    }

    @Test
    void whatIsNotCommittedIsRefusedNamingTheOptionThatAllowsIt() throws Exception {
        serve("", PROBES);
        Process git = new ProcessBuilder("git", "init", "-q", folder.toString()).start();
        assertThat(git.waitFor()).isZero();

        assertThat(run(nobody())).isEqualTo(ExitCode.REFUSED);
        assertThat(out.toString()).contains("not committed", "--allow-dirty", "allow_dirty");

        assertThat(run(nobody(), "--allow-dirty")).isEqualTo(ExitCode.OK);
    }

    @Test
    void whoSaysNoHasItAbortedAndIsToldSo() throws IOException {
        TestServer server = serve("", PROBES);

        int exit = run(userPrompt("n"), "--id", "v2");

        assertThat(exit).isEqualTo(ExitCode.REFUSED);
        assertThat(out.toString()).contains("Upgrade v2: aborted", "did not agree to the promotion");
        assertOnlyActive(server, "stable");
    }

    @Test
    void theEndOfInputIsNoYes() throws IOException {
        TestServer server = serve("", PROBES);

        assertThat(run(userPrompt())).isEqualTo(ExitCode.REFUSED);
        assertOnlyActive(server, "stable");
    }

    @Test
    void whereNobodyIsItEndsAfterTheShadowAndSaysSo() throws IOException {
        TestServer server = serve("", PROBES);

        int exit = run(nobody(), "--id", "v2");

        assertThat(exit).isEqualTo(ExitCode.OK);
        assertThat(out.toString())
                .contains(
                        "There is no terminal to ask for approval, so this ends after the shadow comparison",
                        "Upgrade v2: shadow-passed");
        assertThat(err.toString()).isEmpty();
        assertOnlyActive(server, "stable");
    }

    @Test
    void whoWroteSkipPromoteIsNotAsked() throws IOException {
        TestServer server = serve("", PROBES);

        assertThat(run(userPrompt("y"), "--skip-promote")).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("shadow-passed").doesNotContain("There is no terminal");
        assertThat(err.toString()).isEmpty();
        assertOnlyActive(server, "stable");
    }

    @Test
    void whoSaysYesIsToldWhatTheShadowFoundAndHasItPromoted() throws IOException {
        TestServer server = serve("", PROBES);

        int exit = run(userPrompt("y"), "--id", "v2");

        // Without calls it cannot be judged.
        assertThat(exit).as(out.toString()).isEqualTo(ExitCode.UNVERIFIED);
        assertThat(err.toString())
                .contains(
                        "calls compared, all with the same result",
                        "Promote v2 in place of stable (upgrade v2)?",
                        "Promote it? [y/N]");
        assertThat(out.toString())
                .contains(
                        "ok      promote",
                        "ok      watch",
                        "Upgrade v2: finished",
                        "stays, unverified: too little traffic: 0 calls ended in the watch (0 of callers, 0 probes; 0"
                                + " failed), and 20 are needed to say whether it fails more or is slower than stable",
                        "to have it judged without callers, set upgrade.probeInterval (upgrade.probes is set)");
        assertThat(server.done("upgrade_status", "{}").path("verified").asBoolean(true))
                .isFalse();
        assertOnlyActive(server, "v2");
    }

    @Test
    void theQuestionSaysWhenNoCallWasCompared() throws IOException {
        serve("", "");

        run(userPrompt("n"));

        assertThat(err.toString()).contains("no call was compared", "Promote it? [y/N]");
    }

    @Test
    void whoSaysYesToNothingComparedAgreesToThatAsWell() throws IOException {
        TestServer server = serve("", "");

        assertThat(run(userPrompt("y"), "--id", "v2")).as("%s%s", out, err).isEqualTo(ExitCode.UNVERIFIED);

        assertThat(err.toString()).contains("no call was compared", "so nothing speaks for it. Promote v2");
        assertThat(server.newest("upgrade-ended")
                        .path("payload")
                        .path("allowUnverified")
                        .asBoolean(false))
                .isTrue();
        assertOnlyActive(server, "v2");
    }

    @Test
    void promoteIsRefusedWhereNothingIsComparedAndGoesWhenThatIsAllowed() throws IOException {
        TestServer server = serve("", "");

        assertThat(run(nobody(), "--id", "v2", "--promote")).isEqualTo(ExitCode.REFUSED);
        assertThat(out.toString())
                .contains(
                        "warning: there is none: no upgrade.probes",
                        "FAILED  shadow: nothing speaks for a promotion: no call was compared",
                        "Upgrade v2: aborted",
                        "upgrade.probes",
                        "--allow-unverified");
        assertOnlyActive(server, "stable");

        assertThat(run(nobody(), "--id", "v3", "--promote", "--allow-unverified"))
                .as("%s%s", out, err)
                .isEqualTo(ExitCode.UNVERIFIED);
        assertOnlyActive(server, "v3");
        JsonNode started = server.newest("upgrade-started").path("payload");
        assertThat(started.path("upgrade").asString("")).isEqualTo("v3");
        assertThat(started.path("allowUnverified").asBoolean(false)).isTrue();
    }

    @Test
    void withNothingComparedItIsNotSaidToBeGoodWithoutAPromotionEither() throws IOException {
        serve("", "");

        assertThat(run(nobody(), "--skip-promote")).as("%s", out).isEqualTo(ExitCode.UNVERIFIED);
        assertThat(run(nobody(), "--skip-promote", "--allow-unverified")).isEqualTo(ExitCode.OK);
    }

    /** As a new user has it: refused, the printed option pasted, promoted. */
    @Test
    void theOptionThatARefusalPrintsHasTheNextUpgradePromoted() throws IOException {
        TestServer server = serve("", PROBES);
        String narrower = canary("narrower.sh", "\"type\":\"object\"", "\"type\":\"object\",\"required\":[\"city\"]");

        assertThat(run(nobody(), "--id", "v2", "--canary", narrower, "--promote"))
                .isEqualTo(ExitCode.REFUSED);
        assertOnlyActive(server, "stable");
        Matcher printed =
                Pattern.compile("on the command line: (--accept-change) (\\S+)").matcher(out.toString());
        assertThat(printed.find()).as(out.toString()).isTrue();
        assertThat(printed.group(2)).isEqualTo("look:schema-changed");

        int exit = run(nobody(), "--id", "v3", "--canary", narrower, "--promote", printed.group(1), printed.group(2));

        assertThat(exit).as("%s%s", out, err).isEqualTo(ExitCode.UNVERIFIED);
        assertThat(out.toString()).contains("1 accepted (look schema-changed) change of tool definitions");
        assertOnlyActive(server, "v3");
        assertThat(server.newest("upgrade-started")
                        .path("payload")
                        .path("acceptChanges")
                        .toString())
                .isEqualTo("[\"look:schema-changed\"]");
        assertThat(run(nobody(), "--id", "v4", "--skip-promote"))
                .as("v3 takes less than v4, so nothing has to be accepted")
                .isEqualTo(ExitCode.OK);
        assertThat(server.done("upgrade_status", "{}").toString()).doesNotContain("look:schema-changed");
    }

    @Test
    void aRefusalNamesAllThatIsInTheWay() throws IOException {
        serve("", "");
        String narrower = canary("narrower.sh", "\"type\":\"object\"", "\"type\":\"object\",\"required\":[\"city\"]");

        assertThat(run(nobody(), "--id", "v2", "--canary", narrower, "--promote"))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(out.toString())
                .contains("--accept-change look:schema-changed", "No call was compared, either", "--allow-unverified");

        assertThat(run(
                        nobody(),
                        "--id",
                        "v3",
                        "--canary",
                        narrower,
                        "--promote",
                        "--accept-change",
                        "look:schema-changed",
                        "--allow-unverified"))
                .as("%s%s", out, err)
                .isEqualTo(ExitCode.UNVERIFIED);
    }

    @Test
    void aLineOfTheConfigurationIsTakenAsWell() throws IOException {
        serve("", PROBES);
        String narrower = canary("narrower.sh", "\"type\":\"object\"", "\"type\":\"object\",\"required\":[\"city\"]");

        int exit = run(
                nobody(),
                "--id",
                "v2",
                "--canary",
                narrower,
                "--skip-promote",
                "--accept-change",
                "- {tool: look, kind: schema-changed}",
                "--accept-change",
                "look:removed");

        assertThat(exit).as("%s%s", out, err).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("accepted, but there is no such change: look removed");
    }

    @Test
    void anAcceptedChangeOfNoToolIsRefusedNamingTheTools() throws IOException {
        serve("", PROBES);

        assertThat(run(nobody(), "--id", "v2", "--accept-change", "lock:removed"))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(out.toString())
                .contains("accepted changes (the active worker has no lock; it has look)", "Upgrade v2: refused");
    }

    @Test
    void inProductionTheApproverIsToldWhatIsLetPass() throws IOException {
        TestServer server = serve(PRODUCTION, "");

        run(nobody(), "--id", "v2", "--promote", "--allow-unverified", "--accept-change", "look:removed");

        ToolResult shown = server.call("approval_grant", TestServer.json("{}"), CallChannel.none());
        assertThat(TestServer.text(shown))
                .contains(
                        "changes accepted for this upgrade: look:removed",
                        "it is promoted even if no call could be compared (allow_unverified)");
    }

    @Test
    void whoWrotePromoteIsNotAsked() throws IOException {
        TestServer server = serve("", PROBES);

        assertThat(run(nobody(), "--id", "v2", "--promote")).isEqualTo(ExitCode.UNVERIFIED);
        assertThat(err.toString()).isEmpty();
        assertOnlyActive(server, "v2");
    }

    @Test
    void whatWasShownIsNotShownAgainByWhatStopsIt() throws IOException {
        serve("", PROBES);
        PrintWriter shown = new PrintWriter(out, true);
        try (ToolClient first = connect();
                ToolClient second = connect()) {
            UpgradeFollower follower =
                    new UpgradeFollower(first, shown, new ProgressReportFilter(/* live= */ true), Optional.empty());
            String name = follower.begin(
                    TestServer.json("{\"id\": \"v2\", \"wait\": false}").put("canary", CANARY));
            follower.follow(name);

            UpgradeFollower stopping = follower.handOver(second);
            ObjectNode last = stopping.abort(name, "the command was interrupted");
            stopping.sum(last);
            follower.follow(name);
            follower.sum(last);
        }

        assertThat(out.toString()).containsOnlyOnce("ok      preflight").containsOnlyOnce("Upgrade v2: aborted");
    }

    @Test
    void inProductionAYesIsNotEnoughAndTheLineToGoOnWithIsNamed() throws IOException {
        TestServer server = serve(PRODUCTION, PROBES);

        assertThat(run(userPrompt("y"), "--id", "v2")).isEqualTo(ExitCode.REFUSED);
        assertThat(err.toString()).contains("Nothing was done yet", "another person's approval");
        String first = grant(server);
        assertThat(out.toString())
                .contains(
                        "go on with: weathervane upgrade --id v2 --canary 'sh worker.sh well' --approval-id " + first);

        int exit = run(userPrompt("y"), "--id", "v2", "--canary", CANARY, "--approval-id", first);

        assertThat(exit).isEqualTo(ExitCode.REFUSED);
        assertThat(out.toString()).contains("another person's approval", "Upgrade v2: waiting");
        assertThat(active(server)).isEqualTo("stable");
        String second = grant(server);
        assertThat(lineToGoOnWith()).endsWith("--approval-id " + second);
        resume(lineToGoOnWith());
        Await.until("v2 is active", () -> active(server).equals("v2"));
    }

    @Test
    void inProductionPromoteIsRefusedBeforeAnythingBeginsAndGoesWithTheApproval() throws IOException {
        TestServer server = serve(PRODUCTION, PROBES);

        assertThat(run(nobody(), "--id", "v2", "--promote")).isEqualTo(ExitCode.REFUSED);
        assertThat(err.toString()).contains("Nothing was done yet", "another person's approval");
        assertThat(out.toString()).doesNotContain("has begun");

        String id = grant(server);
        assertThat(run(nobody(), "--id", "v2", "--promote", "--approval-id", id))
                .as("%s%s", out, err)
                .isEqualTo(ExitCode.UNVERIFIED);
        assertOnlyActive(server, "v2");
    }

    /** Grants what was just asked for, as a second person. */
    private String grant(TestServer server) {
        Matcher id = APPROVAL.matcher(out.toString() + err);
        assertThat(id.find()).as("%s%s", out, err).isTrue();
        ToolResult granted = server.call(
                "approval_grant",
                TestServer.json("{\"id\": \"" + id.group() + "\"}"),
                new Caller("somebody else", Caller.Transport.SOCKET),
                CallChannel.none());
        assertThat(granted.isError()).as(TestServer.text(granted)).isFalse();
        return id.group();
    }

    /** The words behind {@code weathervane call}. */
    private String lineToGoOnWith() {
        Matcher line =
                Pattern.compile("Go on with: weathervane call (.*); or end it").matcher(out.toString());
        assertThat(line.find()).as(out.toString()).isTrue();
        return line.group(1);
    }

    private int call(String... words) {
        return execute(
                new CommandLine(new CallCommand(environment(), nobody()::at))
                        .setUnmatchedOptionsArePositionalParams(true),
                List.of(words));
    }

    private void resume(String line) {
        int exit = call(line.split(" "));
        assertThat(exit).as("%s%s", out, err).isEqualTo(ExitCode.OK);
    }

    private TestServer serve(String preset, String upgrade) throws IOException {
        ShellWorker.write(folder);
        return closer.register(TestServer.start(folder, YAML.formatted(preset, upgrade)));
    }

    /** A worker that lists its tool with something else in its definition. */
    private String canary(String file, String from, String to) throws IOException {
        String script = Files.readString(folder.resolve("worker.sh"));
        Files.writeString(folder.resolve(file), script.replace(from, to));
        return "sh " + file + " well";
    }

    private ToolClient connect() {
        return new ToolClient(new SocketConnection(folder.resolve("state"), Duration.ofSeconds(60)));
    }

    private static void assertOnlyActive(TestServer server, String label) {
        assertThat(active(server)).isEqualTo(label);
        assertThat(server.done("worker_status", "{}").at("/canary/label").isMissingNode())
                .isTrue();
    }

    private static String active(TestServer server) {
        return server.done("worker_status", "{}").at("/active/label").asString("");
    }

    private int run(ScriptedTerminal terminal, String... options) {
        List<String> words = new ArrayList<>(List.of(options));
        if (!words.contains("--canary")) {
            words.addAll(List.of("--canary", CANARY));
        }
        return execute(new CommandLine(new UpgradeCommand(environment(), terminal::at)), words);
    }

    /** As the whole program would: its exit codes, its words about what went wrong. */
    private int execute(CommandLine line, List<String> words) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return line.setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .setExecutionExceptionHandler(
                        (failure, command, parsed) -> WeatherVaneCommand.explain(failure, command.getErr()))
                .execute(words.toArray(String[]::new));
    }

    private Map<String, String> environment() {
        return Map.of("WVO_WORKSPACE_ROOT", folder.toString());
    }

    private static ScriptedTerminal nobody() {
        return shown -> new ConsolePrompt(false, () -> null, shown);
    }

    private static ScriptedTerminal userPrompt(String... typed) {
        Iterator<String> lines = Stream.of(typed).iterator();
        return shown -> new ConsolePrompt(true, () -> lines.hasNext() ? lines.next() : null, shown);
    }

    /** A terminal with a person at it, or without. */
    private interface ScriptedTerminal {
        UserPrompt at(PrintWriter shown);
    }
}

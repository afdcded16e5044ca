package io.weathervane;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.testing.Await;
import io.weathervane.testing.EchoWorker;
import io.weathervane.testing.ServerProcess;
import io.weathervane.testing.StdioClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code weathervane run -- COMMAND}: the packaged program in front of a command. */
class RunIT {
    private static final String HELLO =
            "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"test\",\"version\":\"1\"}}";

    @TempDir
    private Path workspace;

    private record Ended(int exitCode, String out, String err) {}

    @Test
    void theClientSeesTheCommandsToolsBesideOurs() throws Exception {
        try (StdioClient client = run(sample("first"))) {
            assertThat(client.toolNames()).contains("echo", "worker_status");
            assertThat(client.text(client.call("echo", "{\"text\":\"hello\"}"))).contains("hello");
            assertThat(client.text(client.call("worker_status"))).contains("active: first (first 1), ready");
            client.endInput();
            assertThat(client.awaitExit()).isZero();
        }
    }

    @Test
    void theCommandLineSaysWhatRunsUntilAPromotionAndTheDatabaseFromThenOn() throws Exception {
        Files.writeString(
                workspace.resolve("weathervane.yaml"),
                "workers: {releases: {next: {command: " + json(sample("next")) + "}}}");
        try (StdioClient client = run(sample("one"))) {
            assertThat(whoAnswers(client)).isEqualTo("one");
            client.endInput();
            client.awaitExit();
        }
        try (StdioClient client = run(sample("two"), "--operations", "all")) {
            assertThat(whoAnswers(client)).isEqualTo("two");
            promote(client);
            assertThat(whoAnswers(client)).isEqualTo("next");
            client.endInput();
            client.awaitExit();
        }
        try (StdioClient client = run(sample("two"))) {
            assertThat(whoAnswers(client)).isEqualTo("next");
            client.awaitStderr("drift: ", "active is the promoted next");
            assertThat(client.text(client.call("worker_status"))).contains("active is the promoted next");
        }
    }

    @Test
    void aSecondOneIsADoorToTheFirstAndOneWithAnotherCommandIsRefused() throws Exception {
        try (StdioClient first = run(sample("one"))) {
            assertThat(whoAnswers(first)).isEqualTo("one");
            try (StdioClient second = run(sample("one"))) {
                assertThat(second.text(second.call("worker_status")))
                        .isEqualTo(first.text(first.call("worker_status")));
            }
            Ended other = runToTheEnd(sample("two"));

            assertThat(other.exitCode()).isEqualTo(1);
            assertThat(other.err()).contains("is in front of another command", "--label one", "--workspace");
        }
    }

    @Test
    void aClientIsOfferedWhatIsSafeUnlessItsCommandSaysOtherwiseAndTheCommandLineEverything() throws Exception {
        List<String> command = EchoWorker.command("--label", "one");
        try (StdioClient usual = run(command)) {
            assertThat(usual.answer(usual.send("initialize", HELLO)).toString()).contains("--operations all");
            assertThat(usual.toolNames())
                    .contains("echo", "monitor_status", "kill_switch_engage", "worker_rollback")
                    .doesNotContain("kill_switch_reset", "worker_promote", "upgrade_run", "approval_grant");
            assertThat(usual.text(usual.call("kill_switch_reset", "{\"dry_run\":true}")))
                    .contains("operations: safe", "weathervane call kill_switch_reset", "--operations all");
            usual.awaitStderr("offered what reads and what makes things safe (operations: safe)", "`weathervane call`");

            try (StdioClient all = run(command, "--operations", "all");
                    StdioClient none = run(command, "--operations", "none")) {
                assertThat(all.toolNames()).contains("echo", "kill_switch_reset", "upgrade_run");
                assertThat(none.toolNames()).contains("echo").doesNotContain("monitor_status", "kill_switch_engage");
                assertThat(usual.toolNames()).doesNotContain("kill_switch_reset");
            }
            assertThat(ended(ServerProcess.weathervane(
                                    "call", "kill_switch_reset", "--dry-run", "--workspace", workspace.toString()))
                            .out())
                    .contains("Nothing was changed (dry run).");
        }
        Ended misspelled = runToTheEnd(command, "--operations", "save");
        assertThat(misspelled.exitCode()).isEqualTo(2);
        assertThat(misspelled.err())
                .contains("--operations must be one of all, safe, none, was \"save\"; did you mean safe?");
    }

    @Test
    void thoseThatGoOnPassTheirOwnCommandOnWhetherTheOneBeforeLeavesOrIsKilled() throws Exception {
        List<String> command = EchoWorker.command("--label", "one");
        try (StdioClient first = run(command)) {
            assertThat(whoAnswers(first)).isEqualTo("one");
            try (StdioClient second = run(command);
                    StdioClient third = run(command)) {
                for (StdioClient client : List.of(second, third)) {
                    assertThat(whoAnswers(client)).isEqualTo("one");
                    assertThat(client.handle().children())
                            .as("the first's worker")
                            .isEmpty();
                }

                first.endInput();
                assertThat(first.awaitExit()).isZero();

                for (StdioClient client : List.of(second, third)) {
                    assertThat(whoAnswers(client)).isEqualTo("one");
                }
                boolean secondHasIt = second.handle().children().findAny().isPresent();
                (secondHasIt ? second : third).kill();
                StdioClient last = secondHasIt ? third : second;
                Await.until("the last has taken over", () -> whoAnswers(last).equals("one"));
                assertThat(last.handle().children()).hasSize(1);
            }
        }
    }

    @Test
    void answersAllThatWasPipedInWhileItsCommandWasStillStarting() throws Exception {
        Path gate = workspace.resolve("gate");
        List<String> behindGate = new ArrayList<>(
                List.of("sh", "-c", "until [ -e \"$0\" ]; do sleep 0.02; done; exec \"$@\"", gate.toString()));
        behindGate.addAll(EchoWorker.command("--label", "one"));
        try (StdioClient client = run(behindGate)) {
            List<Integer> waiting = new ArrayList<>();
            waiting.add(client.send("initialize", HELLO));
            client.sendLine("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
            waiting.add(client.send("tools/list", "{}"));
            waiting.add(client.call("echo", "{\"text\":\"piped\"}"));
            waiting.add(client.send("prompts/list", "{}"));
            int ping = client.send("ping", "{}");

            client.endInput();
            client.answer(ping);
            Files.writeString(gate, "");

            for (int id : waiting) {
                assertThat(client.answer(id).has("result"))
                        .as("%s", client.answer(id))
                        .isTrue();
            }
            assertThat(client.answer(waiting.get(1)).toString()).contains("get_forecast");
            assertThat(client.text(waiting.get(2))).contains("piped");
            assertThat(client.awaitExit()).isZero();
        }
    }

    @Test
    void saysWhatIsWrongWithTheCommand() throws Exception {
        Ended none = runToTheEnd(List.of());
        assertThat(none.exitCode()).isEqualTo(2);
        assertThat(none.err()).contains("say which MCP server to run");

        Ended missing = runToTheEnd(List.of("no-such-program", "--http"));
        assertThat(missing.exitCode()).isEqualTo(1);
        assertThat(missing.err()).isEqualTo("weathervane: command not found: no-such-program\n");
        assertThat(missing.out()).isEmpty();

        try (StdioClient client = run(List.of("cat"))) {
            Await.until(
                    "it is said",
                    () -> client.text(client.call("worker_status")).contains("does not answer like an MCP server"));
            client.awaitStderr("worker first did not start: it does not answer like an MCP server");
        }
    }

    @Test
    void servesHttpToo() throws Exception {
        List<String> words = ServerProcess.weathervane(
                "run", "--http", "--port", "0", "--label", "one", "--workspace", workspace.toString(), "--");
        words.addAll(sample("one"));
        try (ServerProcess server = ServerProcess.start(new ProcessBuilder(words))) {
            assertThat(ServerProcess.text(server.call("echo", "{\"text\":\"hello\"}")))
                    .contains("hello");
            assertThat(server.operate("worker_status", "{}").at("/active/label").asString(""))
                    .isEqualTo("one");
        }
    }

    private void promote(StdioClient client) throws IOException {
        assertThat(client.text(client.call("worker_start_canary", "{\"release\":\"next\"}")))
                .contains("next");
        assertThat(client.text(client.call("worker_promote", "{\"reason\":\"test\",\"confirm\":true}")))
                .contains("next");
    }

    private static String whoAnswers(StdioClient client) throws IOException {
        JsonNode answer = client.answer(client.call("echo", "{\"text\":\"who\"}"));
        return answer.at("/result/structuredContent/worker").asString("nobody");
    }

    private static String json(List<String> words) {
        return JsonRpcCodec.JSON.writeValueAsString(words);
    }

    private static List<String> sample(String label) {
        return ServerProcess.weathervane("sample-worker", "--label", label);
    }

    private StdioClient run(List<String> command, String... options) throws IOException {
        return StdioClient.start(new ProcessBuilder(words(command, options)));
    }

    private Ended runToTheEnd(List<String> command, String... options) throws Exception {
        return ended(words(command, options));
    }

    private Ended ended(List<String> words) throws Exception {
        Path err = Files.createTempFile(workspace, "run", ".err");
        Process process = new ProcessBuilder(words).redirectError(err.toFile()).start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), out, Files.readString(err));
    }

    private List<String> words(List<String> command, String... options) {
        List<String> words = new ArrayList<>(ServerProcess.weathervane("run", "--workspace", workspace.toString()));
        words.addAll(List.of(options));
        words.add("--");
        words.addAll(command);
        return words;
    }
}

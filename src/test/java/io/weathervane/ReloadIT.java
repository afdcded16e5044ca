package io.weathervane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.testing.Await;
import io.weathervane.testing.FileWorker;
import io.weathervane.testing.ServerProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The packaged server, its configuration file, and the commands that an operator has for it. */
@Timeout(180)
class ReloadIT {
    private static final Path SETSID = Path.of("/usr/bin/setsid");
    private static final int USAGE = 2;
    private static final int UNREACHABLE = 3;
    private static final int CALLS = 7;

    @TempDir
    private Path folder;

    private Path workspace;

    private record CommandAnswer(int code, String text) {}

    @BeforeEach
    void write() throws IOException {
        workspace = Files.createDirectory(folder.resolve("workspace"));
        Files.createDirectory(folder.resolve("stable"));
        Files.createDirectory(folder.resolve("next"));
        FileWorker.answers(folder.resolve("stable"), "tools/list", tools(tool("look"), tool("old_look")));
        FileWorker.answers(folder.resolve("next"), "tools/list", tools(tool("look")));
        configure("");
    }

    /** A tool of the active release is gone in the next one, and that is meant. */
    @Test
    void aRefusedUpgradeWorksOnceTheChangeIsAcceptedWithoutARestartAndWithTheCallsRecordedBefore() throws Exception {
        try (ServerProcess server = ServerProcess.serve(workspace)) {
            for (int call = 0; call < CALLS; call++) {
                server.call("look", "{\"n\": " + call + "}");
            }
            long before = server.handle().pid();

            JsonNode refused = upgrade(server, "first");

            assertThat(refused.path("status").asString("")).isEqualTo("aborted");
            JsonNode report = shadow("first");
            assertThat(report.path("definitions").path("blocking").asInt()).isEqualTo(1);
            String accept =
                    report.path("definitions").path("acceptable").path(0).asString("");
            assertThat(accept).contains("tool: old_look", "kind: removed");

            configure("\n  acceptedChanges:\n    - " + accept.strip().replaceFirst("^- *", ""));
            CommandAnswer reload = weathervane("reload");
            assertThat(reload.code()).as(reload.text()).isZero();
            assertThat(reloaded(server).path("payload").path("changed").toString())
                    .as("by the command, or by itself a moment before: " + reload.text())
                    .contains("upgrade.acceptedChanges added");

            JsonNode done = upgrade(server, "second");

            assertThat(done.path("status").asString("")).as(done.toString()).isEqualTo("shadow-passed");
            assertThat(shadow("second")
                            .path("calls")
                            .path("sources")
                            .path("recorded")
                            .asInt())
                    .as("calls that were made before the reload")
                    .isEqualTo(CALLS);
            assertThat(server.handle().pid()).isEqualTo(before);
        }
    }

    @Test
    void aDaemonReadsItsConfigurationAtSighupAndGoesOn() throws Exception {
        assumeThat(SETSID).exists();
        assumeThat(ignoresHangups()).as("nohup holds for the server, too").isFalse();
        List<String> daemon = new ArrayList<>(List.of(SETSID.toString()));
        daemon.addAll(ServerProcess.serving(workspace));
        try (ServerProcess server = ServerProcess.start(new ProcessBuilder(daemon))) {
            configure(", maxLatencyFactor: nine");

            hangUp(server);

            // The watch of the file may have read it a moment before: a refusal at a signal is audited all the same.
            Await.until(
                    "it was read at the signal",
                    () -> reloaded(server)
                            .path("payload")
                            .path("trigger")
                            .asString("")
                            .equals("signal"));
            assertThat(server.health().path("status").asString("")).isEqualTo("degraded");

            configure(", maxLatencyFactor: 9");
            hangUp(server);

            Await.until(
                    "what was put right is in force",
                    () -> server.health().path("status").asString("").equals("ok"));
            assertThat(server.handle().isAlive()).isTrue();
        }
    }

    /** Whether SIGHUP is ignored here, which every process started from here inherits. */
    private static boolean ignoresHangups() throws IOException {
        Path status = Path.of("/proc/self/status");
        return Files.exists(status)
                && Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("SigIgn:"))
                        .anyMatch(line -> Character.digit(line.charAt(line.length() - 1), 16) % 2 == 1);
    }

    private static void hangUp(ServerProcess server) throws Exception {
        Process kill =
                new ProcessBuilder("kill", "-HUP", Long.toString(server.handle().pid())).start();
        assertThat(kill.waitFor()).isZero();
    }

    @Test
    void theCommandsSayWhatAReloadWouldDoAndDoes() throws Exception {
        assertThat(weathervane("reload").code()).isEqualTo(USAGE);
        try (ServerProcess server = ServerProcess.serve(workspace, "--environment", "staging")) {
            configure(", maxLatencyFactor: nine");

            CommandAnswer check = weathervane("config", "check");
            assertThat(check.code()).isEqualTo(USAGE);
            assertThat(check.text())
                    .contains("error: ", "upgrade.maxLatencyFactor must be a number")
                    .contains("A reload refuses this configuration; the one before stays in force.");
            CommandAnswer refused = weathervane("reload");
            assertThat(refused.code()).isEqualTo(USAGE);
            assertThat(refused.text()).contains("Refused: the configuration before stays in force, as a whole.");
            assertThat(server.health().path("status").asString("")).isEqualTo("degraded");

            configure(", maxLatencyFactor: 9}\nserver: {port: 4711");

            check = weathervane("config", "check");
            assertThat(check.text())
                    .as("unless it was read by itself a moment before")
                    .containsAnyOf(
                            "A reload changes: upgrade.maxLatencyFactor added.",
                            "The server goes by this configuration already, since ")
                    .contains("upgrade.maxLatencyFactor added.", "Needs a restart of the server: server.port added.");
            assertThat(check.code()).isZero();
            CommandAnswer done = weathervane("reload");
            assertThat(done.code()).isZero();
            assertThat(done.text())
                    .contains("upgrade.maxLatencyFactor added.", "Needs a restart of the server: server.port added.");
            assertThat(weathervane("reload").text())
                    .containsPattern(
                            "The server goes by this configuration already, since [^ ]+ \\((file|command)\\): ");
            assertThat(server.health().path("status").asString("")).isEqualTo("ok");
        }
        assertThat(weathervane("reload").code()).isEqualTo(UNREACHABLE);
        assertThat(weathervane("config", "check").text()).contains("is well: environment default");
    }

    private static JsonNode upgrade(ServerProcess server, String id) throws Exception {
        return server.operate("upgrade_run", "{\"canary\": \"next\", \"id\": \"" + id + "\", \"skip_promote\": true}");
    }

    private JsonNode shadow(String id) throws IOException {
        return JsonRpcCodec.JSON.readTree(
                workspace.resolve("experiments/mcp/upgrade").resolve(id).resolve("shadow.json"));
    }

    private static JsonNode reloaded(ServerProcess server) throws Exception {
        return server.operate("audit_query", "{\"kinds\": [\"config-read\"]}")
                .path("events")
                .path(0);
    }

    /** @param upgrade ends the mapping of {@code upgrade} */
    private void configure(String upgrade) throws IOException {
        boolean block = upgrade.startsWith("\n");
        String section =
                "upgrade:" + (block ? "\n  mirrorDuration: 0s" + upgrade : " {mirrorDuration: 0s" + upgrade + "}");
        Files.writeString(
                workspace.resolve("weathervane.yaml"),
                section + "\nworkers:\n  initial: stable\n  releases:\n    stable: {kind: mcp, command: "
                        + JsonRpcCodec.JSON.writeValueAsString(FileWorker.command(folder.resolve("stable")))
                        + "}\n    next: {kind: mcp, command: "
                        + JsonRpcCodec.JSON.writeValueAsString(FileWorker.command(folder.resolve("next"))) + "}\n");
    }

    private CommandAnswer weathervane(String... words) throws Exception {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--workspace", workspace.toString()));
        Process process = new ProcessBuilder(ServerProcess.weathervane(all.toArray(String[]::new)))
                .redirectErrorStream(true)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new CommandAnswer(process.exitValue(), text);
    }

    private static String tools(String... tools) {
        return "\"result\":{\"tools\":[" + String.join(",", tools) + "]}";
    }

    private static String tool(String name) {
        return "{\"name\":\"" + name
                + "\",\"inputSchema\":{\"type\":\"object\"},\"annotations\":{\"readOnlyHint\":true}}";
    }
}

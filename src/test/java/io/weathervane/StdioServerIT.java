package io.weathervane;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.testing.Await;
import io.weathervane.testing.ServerProcess;
import io.weathervane.testing.StdioClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The packaged server as an assistant starts it: on stdin and stdout, with a worker that shouts on stderr. */
class StdioServerIT {
    private static final int LINE_OVER_THE_LIMIT = 70 * 1024 * 1024;
    private static final int PARSE_ERROR = -32700;
    private static final int INVALID_REQUEST = -32600;
    private static final int METHOD_NOT_FOUND = -32601;

    private static final String LEGACY =
            "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"test\",\"version\":\"1\"}}";
    private static final String MODERN = "{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
            + "\"io.modelcontextprotocol/clientCapabilities\":{},"
            + "\"io.modelcontextprotocol/clientInfo\":{\"name\":\"test\",\"version\":\"1\"}}}";

    @TempDir
    private Path workspace;

    private StdioClient client;

    @BeforeEach
    void start() throws Exception {
        ServerProcess.configure(workspace, "", "stable --flood-stderr");
        List<String> command = ServerProcess.weathervane("serve", "--stdio", "--workspace", workspace.toString());
        ProcessBuilder program = new ProcessBuilder(command);
        program.environment().put("WVO_ROLLBACK_EROR_THRESHOLD", "much");
        client = StdioClient.start(program);
    }

    @AfterEach
    void stop() {
        client.close();
    }

    @Test
    void badLinesCostOneErrorEachAndStdoutCarriesTheProtocolOnly() throws Exception {
        int unknown = client.send("shout/loudly", "{}");
        assertThat(code(client.answer(unknown))).isEqualTo(METHOD_NOT_FOUND);

        client.sendLine("{\"jsonrpc\":");
        client.sendLine("[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]");
        client.sendLine("x".repeat(LINE_OVER_THE_LIMIT));
        Await.until("three refusals", () -> refusals().size() == 3);
        assertThat(refusals().stream().map(StdioServerIT::code)).contains(PARSE_ERROR, INVALID_REQUEST);
        assertThat(refusals())
                .allMatch(refusal ->
                        !refusal.path("error").path("message").asString("").isBlank());

        assertThat(client.text(client.call("echo", "{\"text\":\"still here\"}")))
                .contains("still here");
        client.awaitStderr("WVO_ROLLBACK_EROR_THRESHOLD is not known");
        assertThat(client.notJson()).isEmpty();
        assertThat(client.received())
                .allMatch(message -> message.path("jsonrpc").asString("").equals("2.0"));
    }

    @Test
    void bothErasAreSpokenAndTheEndOfInputEndsServerAndWorker() throws Exception {
        JsonNode discovered =
                client.answer(client.send("server/discover", MODERN)).path("result");
        JsonNode initialized = client.answer(client.send("initialize", LEGACY)).path("result");
        JsonNode tools =
                client.answer(client.send("tools/list", MODERN)).path("result").path("tools");

        assertThat(discovered.path("supportedVersions").valueStream().map(JsonNode::asString))
                .contains("2026-07-28");
        assertThat(initialized.path("protocolVersion").asString("")).isEqualTo("2025-11-25");
        assertThat(tools.valueStream().map(tool -> tool.path("name").asString("")))
                .contains("mcp_admin_flags", "get_forecast");
        List<ProcessHandle> workers = client.handle().children().toList();
        assertThat(workers).hasSize(1);

        client.endInput();

        assertThat(client.awaitExit()).isZero();
        Await.until("no worker is left behind", () -> workers.stream().noneMatch(ProcessHandle::isAlive));
        assertThat(client.notJson()).isEmpty();
    }

    @Test
    void itsOwnToolsAreListedInAtMost25Kilobytes() throws Exception {
        try (StdioClient alone = StdioClient.packaged(Files.createDirectory(workspace.resolve("alone")))) {
            JsonNode answer = alone.answer(alone.send("tools/list", MODERN));

            assertThat(answer.at("/result/tools")).hasSizeGreaterThan(10);
            assertThat(answer.toString().getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(25_000);
        }
    }

    @Test
    void whatALibraryPrintsOnStdoutGoesToStderr() throws Exception {
        Path other = Files.createDirectory(workspace.resolve("other"));
        ServerProcess.configure(other, "", "stable");
        List<String> command = ServerProcess.weathervane("serve", "--stdio", "--workspace", other.toString());
        command.add(1, "-Dlogback.statusListenerClass=ch.qos.logback.core.status.OnConsoleStatusListener");

        try (StdioClient printing = StdioClient.start(new ProcessBuilder(command))) {
            assertThat(printing.text(printing.call("monitor_status", "{}"))).isNotBlank();
            assertThat(printing.notJson()).isEmpty();
            Await.until("it was printed", () -> printing.stderr().contains("-INFO in "));
        }
    }

    private List<JsonNode> refusals() {
        return client.received().stream()
                .filter(message -> message.has("error") && !message.hasNonNull("id"))
                .toList();
    }

    private static int code(JsonNode answer) {
        return answer.path("error").path("code").asInt();
    }
}

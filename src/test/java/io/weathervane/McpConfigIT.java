package io.weathervane;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.testing.EchoWorker;
import io.weathervane.testing.ServerProcess;
import io.weathervane.testing.StdioClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code weathervane run --mcp-config FILE}: the packaged program in front of a client's servers. */
class McpConfigIT {
    private static final String SECRET = "literal-secret-0123456789";

    @TempDir
    private Path folder;

    @Test
    void bothServersAnswerAndTheSecretReachesItsServerAndNoFileOfOurs() throws Exception {
        Path file = write(server("files"), server("search"));
        Path workspace = folder.resolve("workspace");
        try (StdioClient client = StdioClient.start(new ProcessBuilder(ServerProcess.weathervane(
                "run", "--mcp-config", file.toString(), "--workspace", workspace.toString())))) {
            assertThat(client.toolNames()).contains("files_echo", "search_echo", "worker_status");
            assertThat(worker(client, "files_echo")).as("with its variable").isEqualTo("files:" + SECRET.length());
            assertThat(worker(client, "search_echo")).isEqualTo("search:" + SECRET.length());
            assertThat(client.text(client.call("evidence_collect", "{\"title\":\"test\"}")))
                    .doesNotContain(SECRET);
            assertThat(client.text(client.call("worker_status", "{\"service\":\"files\"}")))
                    .doesNotContain(SECRET);
            client.endInput();
            assertThat(client.awaitExit()).isZero();
            assertThat(client.stderr()).doesNotContain(SECRET);
        }

        assertThat(texts(workspace)).isNotEmpty().noneMatch(text -> text.contains(SECRET));
        assertThat(texts(workspace)).anyMatch(text -> text.contains(file + "#files.env.ECHO_TOKEN"));
    }

    @Test
    void theFileOrACommandAndNotBoth() throws Exception {
        Path file = write(server("files"));
        Process process = new ProcessBuilder(ServerProcess.weathervane(
                        "run", "--mcp-config", file.toString(), "--workspace", folder.toString(), "--", "cat"))
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();

        String said = new String(process.getInputStream().readAllBytes(), ISO_8859_1);

        assertThat(process.waitFor()).isEqualTo(2);
        assertThat(said).contains("not both");
    }

    private static String worker(StdioClient client, String tool) throws IOException {
        JsonNode answer = client.answer(client.call(tool, "{\"text\":\"who\"}"));
        return answer.at("/result/structuredContent/worker").asString("nobody");
    }

    /** The worker says its label and how long its secret variable is. */
    private static ObjectNode server(String name) {
        List<String> script = new ArrayList<>(EchoWorker.command("--label", "@"));
        String words = String.join(" ", script.subList(0, 3)) + " \"" + name + ":${#ECHO_TOKEN}\"";
        ObjectNode server =
                JsonRpcCodec.JSON.createObjectNode().put("name", name).put("command", "sh");
        ArrayNode args = server.putArray("args");
        List.of("-c", "exec " + words).forEach(args::add);
        server.putObject("env").put("ECHO_TOKEN", SECRET);
        return server;
    }

    private Path write(ObjectNode... servers) throws IOException {
        ObjectNode root = JsonRpcCodec.JSON.createObjectNode();
        ObjectNode all = root.putObject("mcpServers");
        for (ObjectNode server : servers) {
            all.set(server.remove("name").asString(), server);
        }
        return Files.writeString(folder.resolve(".mcp.json"), root.toPrettyString());
    }

    private static List<String> texts(Path workspace) throws IOException {
        List<String> texts = new ArrayList<>();
        try (Stream<Path> files = Files.walk(workspace)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                texts.add(Files.readString(file, ISO_8859_1));
            }
        }
        return texts;
    }
}

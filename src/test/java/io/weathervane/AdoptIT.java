package io.weathervane;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.testing.EchoWorker;
import io.weathervane.testing.ServerProcess;
import io.weathervane.testing.StdioClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** {@code weathervane adopt FILE}: the packaged program rewrites a client's file, and back. */
class AdoptIT {
    @TempDir
    private Path folder;

    private Path file = Path.of("");

    private record Ended(int exitCode, String said) {}

    @BeforeEach
    void realFolder() throws IOException {
        folder = folder.toRealPath();
        file = folder.resolve("mcp.json");
    }

    @Test
    void whatItWritesStartsAllServersAndUndoGivesBackEveryByte() throws Exception {
        String before = "\uFEFF{\r\n\t\"theme\": \"dark\",   \"n\": 1.0e2,\r\n\t\"mcpServers\": {\r\n\t\t\"files\": "
                + echo("files") + ",\r\n\t\t\"search\": " + echo("search")
                + "\r\n\t},\r\n\t\"last\": [ 1,2 ]\r\n}\r\n\r\n";
        Files.writeString(file, before);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

        Ended adopted = adopt(file.toString());

        assertThat(adopted.exitCode()).as(adopted.said()).isZero();
        String after = Files.readString(file);
        assertThat(after)
                .startsWith(String.join(
                        "\r\n",
                        "\uFEFF{",
                        "\t\"theme\": \"dark\",   \"n\": 1.0e2,",
                        "\t\"mcpServers\": {",
                        "\t\t\"weathervane\""))
                .endsWith("\r\n\t},\r\n\t\"last\": [ 1,2 ]\r\n}\r\n\r\n");
        assertThat(backup()).hasContent(before);
        for (Path one : List.of(file, backup())) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(one)))
                    .isEqualTo("rw-r-----");
        }
        try (StdioClient client = StdioClient.start(new ProcessBuilder(entry(after)))) {
            assertThat(client.toolNames()).contains("files_echo", "search_echo");
            client.endInput();
            assertThat(client.awaitExit()).isZero();
        }
        Ended again = adopt(file.toString());
        assertThat(again.exitCode()).isZero();
        assertThat(again.said()).contains("adopted already");
        assertThat(file).hasContent(after);

        Ended undone = adopt("--undo", file.toString());

        assertThat(undone.exitCode()).as(undone.said()).isZero();
        assertThat(Files.readAllBytes(file)).isEqualTo(before.getBytes(UTF_8));
    }

    @Test
    void theFileBehindALinkIsRewrittenAndTheClientAsksForVsCodesInputs() throws Exception {
        String before = """
            {
              // once
              "inputs": [{"id": "api-key", "type": "promptString"},],
              "servers": {
                "a": {"command": "sh", "env": {"KEY": "${input:api-key}"},}, // ours
              },
            }
            """;
        Files.writeString(file, before);
        Path link = Files.createSymbolicLink(folder.resolve("link.json"), file);

        assertThat(adopt(link.toString()).exitCode()).isZero();

        assertThat(link).isSymbolicLink();
        assertThat(Files.readString(file))
                .contains("// once", "\"WVO_INPUT_API_KEY\" : \"${input:api-key}\"", "\"stdio\"");
        assertThat(adopt("--undo", link.toString()).exitCode()).isZero();
        assertThat(file).hasContent(before);
    }

    @Test
    void serversOfProjectsStayAsTheyAreAndItIsSaid() throws Exception {
        String projects = "\"projects\": {\"/srv/app\": {\"mcpServers\": {\"y\": {\"command\": \"sh\"}}}, \"/b\": {}}";
        Files.writeString(file, "{\"mcpServers\": {\"x\": {\"command\": \"sh\"}}, " + projects + "}");

        Ended adopted = adopt(file.toString());

        assertThat(adopted.exitCode()).as(adopted.said()).isZero();
        assertThat(adopted.said())
                .contains("the servers that projects has for /srv/app stay as they are: move them into .mcp.json in the"
                        + " project's folder, and adopt that");
        assertThat(Files.readString(file)).contains(projects);

        Files.writeString(file, "{" + projects + "}");
        assertThat(adopt(file.toString()).said()).contains("has no servers", "projects has for /srv/app");
    }

    @Test
    void undoKeepsWhatTheClientChangedElsewhereAndRefusesToLoseAServer() throws Exception {
        String before = "{\"a\": 1, \"mcpServers\": {\"x\": {\"command\": \"sh\"}}}";
        Files.writeString(file, before);
        assertThat(adopt(file.toString()).exitCode()).isZero();
        String edited = Files.readString(file).replace("\"a\": 1", "\"a\": 2");
        String added = edited.replace("\"mcpServers\": {", "\"mcpServers\": {\"new\": {\"command\": \"sh\"}, ");
        Files.writeString(file, added);

        Ended refused = adopt("--undo", file.toString());

        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.said()).contains("edited since", "new", "would be lost", backup().toString());
        assertThat(file).hasContent(added);
        Files.writeString(file, edited);
        assertThat(adopt("--undo", file.toString()).exitCode()).isZero();
        assertThat(file).hasContent(before.replace("\"a\": 1", "\"a\": 2"));
    }

    @Test
    void aBackupOfOtherContentIsNeverOverwritten() throws Exception {
        Files.writeString(file, "{\"mcpServers\": {\"x\": {\"command\": \"sh\"}}}");
        Files.writeString(backup(), "older");

        Ended adopted = adopt(file.toString());

        assertThat(adopted.exitCode()).as(adopted.said()).isZero();
        assertThat(backup()).hasContent("older");
        assertThat(folder.resolve("mcp.json.weathervane-backup-2")).exists();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{\"mcpServers\": {}}",
                "{\"mcpServers\": {\"x\": {\"url\": \"http://h/sse\", \"type\": \"sse\"}}}"
            })
    void whatCannotBeAdoptedStaysAsItIsWithoutABackup(String text) throws Exception {
        Files.writeString(file, text);

        Ended refused = adopt(file.toString());

        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.said()).contains(file.toString(), "Nothing was changed");
        assertThat(file).hasContent(text);
        assertThat(backup()).doesNotExist();
    }

    @Test
    void aDryRunAndAReadOnlyFileChangeNothing() throws Exception {
        String before = "{\"mcpServers\": {\"x\": {\"command\": \"sh\"}}}";
        Files.writeString(file, before);

        Ended dry = adopt("--dry-run", file.toString());

        assertThat(dry.exitCode()).isZero();
        assertThat(dry.said()).contains("would", "--mcp-config", backup().toString());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
        assertThat(adopt(file.toString()).said()).contains("read-only", "Nothing was changed");
        assertThat(file).hasContent(before);
        assertThat(backup()).doesNotExist();
        assertThat(adopt(folder.resolve("none.json").toString()).said()).contains("does not exist");
    }

    private Path backup() {
        return folder.resolve("mcp.json.weathervane-backup");
    }

    private static String echo(String label) {
        List<String> words = EchoWorker.command("--label", label);
        return JsonRpcCodec.JSON
                .createObjectNode()
                .put("command", words.get(0))
                .set("args", JsonRpcCodec.JSON.valueToTree(words.subList(1, words.size())))
                .toString();
    }

    private static List<String> entry(String text) {
        JsonNode entry = JsonRpcCodec.JSON.readTree(text.substring(1)).at("/mcpServers/weathervane");
        List<String> words = new ArrayList<>(List.of(entry.path("command").asString("")));
        entry.path("args").forEach(word -> words.add(word.asString("")));
        return words;
    }

    private static Ended adopt(String... words) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("adopt"));
        all.addAll(List.of(words));
        Process process = new ProcessBuilder(ServerProcess.weathervane(all.toArray(String[]::new)))
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Ended(process.waitFor(), said);
    }
}

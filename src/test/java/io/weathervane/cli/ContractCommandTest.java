package io.weathervane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.app.TestServer;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.testing.ShellWorker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What CI sees of a server that keeps its contract, breaks it, or cannot be asked. */
class ContractCommandTest {
    /** An MCP server whose tools are in a file. */
    private static final String SERVER = """
        while read -r line; do
          id=$(printf %s "$line" | sed -n 's/.*"id":\\([0-9]*\\).*/\\1/p')
          case "$line" in
            *'"initialize"'*) result='{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"s","version":"1"}}';;
            *'"tools/list"'*) result='{"tools":'$(cat "$1")'}';;
            *) [ -z "$id" ] || printf '{"jsonrpc":"2.0","id":%s,"error":{"code":-32601,"message":"no"}}\\n' "$id"; continue;;
          esac
          printf '{"jsonrpc":"2.0","id":%s,"result":%s}\\n' "$id" "$result"
        done
        """;

    private static final String READ = tool("read", "{\"readOnlyHint\":true}");
    private static final String MOVE = tool("move", "{\"destructiveHint\":false}");

    @TempDir
    private Path folder;

    private Terminal terminal;
    private Path tools;
    private String contract = "";

    @BeforeEach
    void open() throws IOException {
        terminal = new Terminal(Map.of("WVO_WORKSPACE_ROOT", folder.toString()));
        Files.writeString(folder.resolve("server.sh"), SERVER);
        tools = folder.resolve("tools.json");
        contract = folder.resolve("contract.json").toString();
        serves(READ, MOVE);
    }

    @Test
    void aServerThatChangedNothingKeepsItsContractInWhateverOrderItListsItsTools() throws IOException {
        assertThat(contract("write")).isEqualTo(ExitCode.OK);
        assertThat(terminal.out()).contains("has 2 tools");

        serves(MOVE, READ);

        assertThat(contract("check")).as(terminal.err()).isEqualTo(ExitCode.OK);
        assertThat(terminal.out()).contains("The server's tools are those of");
    }

    @Test
    void whatHurtsMostComesFirst() throws IOException {
        assertThat(contract("write")).isEqualTo(ExitCode.OK);

        serves(tool("move", "{\"destructiveHint\":true}"), tool("list", "{}"));

        assertThat(contract("check")).isEqualTo(ExitCode.REFUSED);
        assertThat(terminal.out().lines().toList())
                .startsWith(
                        "! removed tool  read: the tool is gone",
                        "! less safe hint  move /annotations/destructiveHint: destructiveHint was false, is true",
                        "  compatible  list: the tool is new");
    }

    @Test
    void aProgramReadsTheSameAsJson() throws IOException {
        assertThat(contract("write")).isEqualTo(ExitCode.OK);
        serves(READ, MOVE, tool("list", "{}"));

        assertThat(contract("check", "--json")).isEqualTo(ExitCode.OK);

        JsonNode answer = JsonRpcCodec.JSON.readTree(terminal.out());
        assertThat(answer.path("outcome").asString("")).isEqualTo("compatible");
        assertThat(answer.path("findings").path(0).path("severity").asString(""))
                .isEqualTo("compatible");
    }

    @Test
    void aServerThatCannotBeAskedHasNotBrokenItsContract() {
        assertThat(contract("write")).isEqualTo(ExitCode.OK);

        assertThat(terminal.run("contract", "check", "--against", contract, "--", "sh", "-c", "exit 7"))
                .isEqualTo(ExitCode.UNREACHABLE);
        assertThat(terminal.err()).contains("exit code 7");
    }

    @Test
    void aContractEditedIntoNonsenseIsAnErrorWithItsPlace() throws IOException {
        Files.writeString(Path.of(contract), "{\"contractVersion\": 1,\n \"tools\": [{\"name\": }]}");

        assertThat(contract("check")).isEqualTo(ExitCode.USAGE);
        assertThat(terminal.err()).contains("contract.json", "line 2, column");
    }

    @Test
    void aFileThatIsNoContractIsNotOverwritten() throws IOException {
        Files.writeString(Path.of(contract), "{\"name\": \"my-package\"}");

        assertThat(contract("write")).isEqualTo(ExitCode.USAGE);
        assertThat(terminal.err()).contains("at /name is unknown", "left as it is");
        assertThat(Files.readString(Path.of(contract))).isEqualTo("{\"name\": \"my-package\"}");
    }

    @Test
    void exactlyOneServerIsNamed() {
        assertThat(terminal.run("contract", "check", "--against", contract)).isEqualTo(ExitCode.USAGE);
        assertThat(terminal.run("contract", "write", "--against", contract, "--url", "http://127.0.0.1:1/", "--", "sh"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(terminal.err()).contains("name one server", "2 were named");
        assertThat(terminal.run("contract", "write", "--url", "ftp://127.0.0.1/"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(terminal.run("contract", "write", "--service", "nope")).isEqualTo(ExitCode.USAGE);
        assertThat(terminal.err()).contains("there is no \"nope\"");
    }

    @Test
    void withoutAContractThereIsNothingToCheck() {
        assertThat(contract("check")).isEqualTo(ExitCode.USAGE);
        assertThat(terminal.err()).contains("there is no contract");
    }

    @Test
    void whatARunningServerRefusesIsApprovedFromTheCommandLine() throws IOException {
        ShellWorker.write(folder);
        serves("{\"name\":\"look\",\"inputSchema\":{\"type\":\"object\"},\"outputSchema\":{\"type\":\"object\"},"
                + "\"annotations\":{\"readOnlyHint\":true}}");
        assertThat(contract("write")).isEqualTo(ExitCode.OK);
        assertThat(terminal.run("contract", "approve")).isEqualTo(ExitCode.UNREACHABLE);
        try (TestServer server = TestServer.start(folder, """
            workers:
              contract: {file: contract.json, onDrift: block}
              releases: {stable: {kind: mcp, command: [sh, worker.sh, well]}}
            """)) {
            assertThat(server.refused("look", "{}"))
                    .contains("returns other", "weathervane contract approve --tool look");

            assertThat(terminal.run("contract", "approve", "--dry-run")).isEqualTo(ExitCode.OK);
            assertThat(terminal.out()).contains("Nothing was changed (dry run)", "look (returns other");
            assertThat(terminal.run("contract", "approve", "--tool", "nope")).isEqualTo(ExitCode.REFUSED);
            assertThat(terminal.err() + terminal.out()).contains("\"nope\" of default does not break");
            assertThat(terminal.run("contract", "approve", "--tool", "look", "--reason", "reviewed"))
                    .as(terminal.err())
                    .isEqualTo(ExitCode.OK);

            assertThat(server.textOf("look", "{}")).isEqualTo("clear");
            assertThat(server.newest("contract-approved")
                            .path("payload")
                            .path("reason")
                            .asString(""))
                    .isEqualTo("reviewed");
        }
    }

    private int contract(String command, String... options) {
        String[] words = new String[options.length + 8];
        String[] first = {"contract", command, "--against", contract};
        String[] server = {"--", "sh", folder.resolve("server.sh").toString(), tools.toString()};
        System.arraycopy(first, 0, words, 0, 4);
        System.arraycopy(options, 0, words, 4, options.length);
        System.arraycopy(server, 0, words, 4 + options.length, 4);
        return terminal.run(words);
    }

    private void serves(String... definitions) throws IOException {
        Files.writeString(tools, "[" + String.join(",", definitions) + "]");
    }

    private static String tool(String name, String annotations) {
        return "{\"name\":\"" + name + "\",\"inputSchema\":{\"type\":\"object\"},\"annotations\":" + annotations
                + ",\"_meta\":{\"build\":\"" + name + "\"}}";
    }
}

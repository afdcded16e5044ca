package io.weathervane.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.util.Workspace;
import io.weathervane.worker.ReleaseDefinitionCodec;
import io.weathervane.worker.WorkerRelease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files as clients write them, read for {@code --mcp-config}. */
class ClientServicesTest {
    private static final String CLAUDE_DESKTOP = """
        {
          "globalShortcut": "Ctrl+Space",
          "mcpServers": {
            "GitHub": {
              "command": "npx",
              "args": ["-y", "@modelcontextprotocol/server-github"],
              "env": {"GITHUB_PERSONAL_ACCESS_TOKEN": "ghp_literal0123456789"}
            },
            "Brave Search": {"command": "npx", "args": ["-y", "brave", "--api-key", "brv-literal-98765"]},
            "brave-search": {"command": "uvx", "args": []},
            "default": {"command": "uvx"},
            "off": {"command": "nothing", "disabled": true},
            "weathervane": {"command": "/opt/weathervane/scripts/weathervane", "args": ["run", "--", "cat"]}
          }
        }
        """;

    private static final String VS_CODE = """
        {
          // what is asked for once
          "inputs": [
            {"type": "promptString", "id": "api-key", "description": "Key", "password": true},
          ],
          "servers": {
            "local": {
              "type": "stdio", "command": "${env:RUNTIME}",
              "args": ["${workspaceFolder}/server.js", "--verbose"],
              "env": {"API_KEY": "${input:api-key}"},
            },
            /* over HTTP */
            "remote": {
              "type": "http", "url": "https://tools.example.com/mcp",
              "headers": {"Authorization": "Bearer ${input:api-key}", "Accept": "application/json"},
            },
          },
        }
        """;

    @TempDir
    private Path folder;

    @Test
    void eachServerBecomesAServiceInItsOrderUnderANameThatIsAllowedAndItsOwn() throws IOException {
        Config config = read(CLAUDE_DESKTOP, Map.of());

        assertThat(config.services())
                .extracting(service -> service.name().value())
                .containsExactly("github", "brave-search", "brave-search-2", "default-2");
        assertThat(config.services())
                .extracting(service -> service.workers().toolPrefix())
                .containsExactly("github_", "brave-search_", "brave-search-2_", "default-2_");
        assertThat(config.warnings())
                .anyMatch(note -> note.contains("#off is left out: it is disabled"))
                .anyMatch(note -> note.contains("#weathervane is left out: it is WeatherVane itself"));
    }

    @Test
    void whatIsStoredOfAServerRefersToTheFileAndHasNoSecretOfIt() throws IOException {
        String stored = stored(read(CLAUDE_DESKTOP, Map.of()));

        assertThat(stored)
                .contains(file() + "#GitHub.env.GITHUB_PERSONAL_ACCESS_TOKEN", file() + "#Brave Search.args.3")
                .contains("@modelcontextprotocol/server-github")
                .doesNotContain("ghp_literal", "brv-literal");
    }

    @Test
    void whatIsStoredIsReadBackAsTheSameRelease() throws IOException {
        WorkerRelease release = release(read(CLAUDE_DESKTOP, Map.of()), 0);

        assertThat(ReleaseDefinitionCodec.read(ReleaseDefinitionCodec.write(release)))
                .contains(release);
    }

    @Test
    void theVariablesOfVsCodeAreFilledInAndItsInputsComeFromTheEnvironment() throws IOException {
        Config config = read(VS_CODE, Map.of("RUNTIME", "node", "WVO_INPUT_API_KEY", "sk-secret-1234"));

        assertThat(release(config, 0).command()).containsExactly("node", folder + "/server.js", "--verbose");
        assertThat(release(config, 1).remote().orElseThrow().access().headers()).containsOnlyKeys("Authorization");
        assertThat(stored(config))
                .contains(file() + "#local.env.API_KEY", file() + "#remote.headers.Authorization")
                .doesNotContain("sk-secret");
        assertThat(config.warnings()).anyMatch(note -> note.contains("the header Accept is left out"));
    }

    @Test
    void anEntryWhoseVariableIsNotSetIsLeftOutAndTheOthersStay() throws IOException {
        Config config = read("""
            {"mcpServers": {
              "a": {"command": "node", "env": {"K": "${NOT_SET_HERE}"}},
              "b": {"command": "node"}
            }}
            """, Map.of());

        assertThat(config.services())
                .singleElement()
                .satisfies(service -> assertThat(service.name().value()).isEqualTo("b"));
        assertThat(config.warnings())
                .anyMatch(note -> note.startsWith("left out: ") && note.contains("NOT_SET_HERE, which is not set"));
    }

    @Test
    void anInputThatCannotBeAskedForIsNamedWithTheVariableThatGivesIt() {
        assertThatThrownBy(() -> read(VS_CODE, Map.of("RUNTIME", "node")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll(file() + "#local", "${input:api-key}", "WVO_INPUT_API_KEY");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "${WEATHER:-mild} | mild",
                "${HOME}/x | /home/me/x",
                "${TOKEN_OF_ITS_OWN} | ${TOKEN_OF_ITS_OWN}",
                "$HOME | $HOME",
                "${#HOME} | ${#HOME}",
            })
    void theVariablesOfClaudeCodeHaveDefaultsAndThoseOfTheServerItselfStay(String written, String meant)
            throws IOException {
        Config config = read(
                "{\"mcpServers\":{\"a\":{\"command\":\"x" + written + "\",\"env\":{\"TOKEN_OF_ITS_OWN\":\"t\"}}}}",
                Map.of("HOME", "/home/me"));

        assertThat(release(config, 0).command()).containsExactly("x" + meant);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"mcpServers\": {\"a\": {\"command\": \"SECRET\" oops}}}",
                "not JSON SECRET",
                "[]",
                "{}",
                "{\"mcpServers\": {}}",
                "{\"mcpServers\": {\"a\": {}}}",
                "{\"mcpServers\": {\"a\": \"SECRET\"}}",
                "{\"mcpServers\": {\"a\": {\"command\": \"${NOT_SET_ANYWHERE}\"}}}",
                "{\"mcpServers\": {\"a\": {\"command\": \"x\", \"args\": \"SECRET\"}}}",
                "{\"mcpServers\": {\"a\": {\"command\": \"x\", \"env\": [\"SECRET\"]}}}",
                "{\"mcpServers\": {\"a\": {\"command\": \"x\", \"env\": {\"K\": {\"SECRET\": 1}}}}}",
                "{\"mcpServers\": {\"a\": {\"url\": \"https://x.example/mcp?apiKey=SECRET0123456789\"}}}",
                "{\"mcpServers\": {\"a\": {\"url\": \"https://x.example/sse\", \"type\": \"sse\"}}}",
                "{\"mcpServers\": {\"a\": {\"command\": \"x\"}, \"a\": {\"command\": \"y\"}}}",
            })
    void whatCannotBeUsedIsRefusedWithTheFileAndWithoutItsValues(String text) {
        assertThatThrownBy(() -> read(text, Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(file().toString())
                .hasMessageNotContaining("SECRET");
    }

    @Test
    void twoThousandServersAreTooMany() {
        String servers = IntStream.range(0, 2_000)
                .mapToObj(number -> "\"s" + number + "\": {\"command\": \"x\"}")
                .collect(Collectors.joining(", "));

        assertThatThrownBy(() -> read("{\"mcpServers\": {" + servers + "}}", Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("at most 100");
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> config(Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("cannot read " + file(), "does not exist");
    }

    private Path file() {
        return folder.resolve("mcp.json");
    }

    private Config read(String text, Map<String, String> environment) throws IOException {
        Files.writeString(file(), text);
        return config(environment);
    }

    private Config config(Map<String, String> environment) {
        CliOverrides none = CliOverrides.none();
        CliOverrides overrides = new CliOverrides(
                new CliOverrides.Files(Optional.empty(), Optional.of(file())),
                none.environment(),
                none.listen(),
                none.offer(),
                none.release(),
                none.callTimeout());
        return ConfigReader.read(Workspace.in(folder), environment, overrides);
    }

    private static WorkerRelease release(Config config, int service) {
        return List.copyOf(config.services().get(service).workers().releases().values())
                .get(0);
    }

    private static String stored(Config config) {
        return config.services().stream()
                .flatMap(service -> service.workers().releases().values().stream())
                .map(ReleaseDefinitionCodec::write)
                .collect(Collectors.joining("\n"));
    }
}

package io.weathervane.tool.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.tool.SchemaCatalog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * What a tool of ours is and does stands in its class and its entry in {@code tools.json}, so that a further one changes
 * nothing else but the line that makes it.
 */
class OneToolOnePlaceTest {
    private static final Path SOURCES = Path.of("src/main/java/io/weathervane");

    /** Who names a tool all the same, and why: they call it as any client would. */
    private static final Map<String, String> CALLERS = Map.of(
            "cli/FlagFollower.java", "the command that follows the flags by this tool",
            "tool/builtin", "the tools themselves",
            "tool/presentation/FlagJson.java", "the trial of a flag's value names the tool that sets it",
            "prompt/builtin", "each prompt begins with what certain tools say, and one prompt has a tool's name",
            "demo", "a client that shows the tools",
            "cli/CallsCommand.java", "the command that is these two tools",
            "cli/RollbackCommand.java", "the command that is this tool, and works without a server, too",
            "cli/ContractCommand.java", "the command whose approve is this tool",
            "cli/UpgradeFollower.java", "the command that follows an upgrade by three tools");

    private final SchemaCatalog schemas = SchemaCatalog.load();

    @Test
    void noOtherClassDecidesAnythingByAToolsName() throws IOException {
        Pattern name = Pattern.compile("\"(" + String.join("|", schemas.names()) + ")\"");
        try (Stream<Path> files = Files.walk(SOURCES)) {
            assertThat(files.filter(file -> file.toString().endsWith(".java"))
                            .filter(file -> CALLERS.keySet().stream()
                                    .noneMatch(
                                            caller -> SOURCES.relativize(file).startsWith(caller)))
                            .filter(file -> name.matcher(read(file)).find()))
                    .isEmpty();
        }
    }

    @Test
    void everyToolIsOneClassThatTakesItsOwnDefinition() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES.resolve("tool/builtin"))) {
            String all = String.join(
                    "\n",
                    files.filter(Files::isRegularFile)
                            .map(OneToolOnePlaceTest::read)
                            .toList());
            assertThat(schemas.names())
                    .allSatisfy(name -> assertThat(all).containsOnlyOnce("schemas.definition(\"" + name + "\")"));
        }
    }

    /** A tool whose answer is described by another tool's schema, such as upgrade_run, leaves its own open. */
    @Test
    void anExitCodeIsGivenByFieldsThatTheToolHas() {
        for (String tool : schemas.names()) {
            JsonNode definition = schemas.definition(tool).json();
            boolean open = definition.at("/outputSchema/additionalProperties").asBoolean(true);
            for (JsonNode rule : SchemaCatalog.commandLine(tool).path("exitCodes")) {
                assertThat(List.of(0, 1, 5)).contains(rule.path("code").intValue());
                assertThat(rule.path("answer").propertyNames())
                        .as(tool)
                        .allMatch(field -> open
                                || definition.at("/outputSchema/properties").has(field));
                assertThat(definition.at("/inputSchema/properties").propertyNames())
                        .as(tool)
                        .containsAll(rule.path("arguments").propertyNames());
            }
        }
    }

    @Test
    void whatIsForTheCommandLineIsNotOnTheWire() {
        assertThat(schemas.names())
                .allSatisfy(tool -> assertThat(schemas.definition(tool).json().propertyNames())
                        .containsExactlyInAnyOrder(
                                "name", "title", "description", "inputSchema", "outputSchema", "annotations"));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

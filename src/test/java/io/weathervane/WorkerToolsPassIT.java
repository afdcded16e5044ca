package io.weathervane;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.testing.FileWorker;
import io.weathervane.testing.ServerProcess;
import io.weathervane.testing.StdioClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** A worker's tools are listed and called under the names and with the definitions that it gave them, whatever those are. */
class WorkerToolsPassIT {
    private static final List<String> NAMES =
            List.of("a.b", "a/b", "a b", "\u00fcml\u00e4ut", "x".repeat(64), "y".repeat(128), "-", "\ud83c\udf26");

    /** Each with an inputSchema that the schema of MCP allows. */
    private static final List<String> DEFINITIONS = List.of(
            "{\"name\":\"draft-07\",\"title\":\"T\",\"inputSchema\":{\"$schema\":\"http://json-schema.org/draft-07/schema#\","
                    + "\"type\":\"object\",\"definitions\":{\"a\":{\"type\":\"string\"}},"
                    + "\"properties\":{\"x\":{\"$ref\":\"#/definitions/a\"}}}}",
            "{\"name\":\"recursive\",\"inputSchema\":{\"type\":\"object\",\"$defs\":{\"n\":{\"type\":\"object\",\"properties\":"
                    + "{\"c\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/n\"}}}}},"
                    + "\"properties\":{\"r\":{\"$ref\":\"#/$defs/n\"}}}}",
            "{\"name\":\"nullable\",\"inputSchema\":{\"type\":\"object\",\"properties\":{\"a\":"
                    + "{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}],\"default\":null}}}}",
            "{\"name\":\"tuple\",\"inputSchema\":{\"type\":\"object\",\"properties\":{\"a\":"
                    + "{\"type\":\"array\",\"items\":[{\"type\":\"string\"},{\"type\":\"integer\"}]}}}}",
            "{\"name\":\"dangling\",\"inputSchema\":{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"#/nowhere\"},"
                    + "\"b\":{\"type\":\"strnig\"},\"c\":{\"pattern\":\"(\"}}}}",
            "{\"name\":\"numbers\",\"inputSchema\":{\"type\":\"object\",\"properties\":{\"a\":"
                    + "{\"minimum\":-0.0,\"maximum\":9007199254740993,\"multipleOf\":1.0E-7}}}}",
            "{\"name\":\"full\",\"title\":\"T\",\"description\":\"D\",\"inputSchema\":{\"type\":\"object\"},"
                    + "\"annotations\":{\"title\":\"AT\",\"readOnlyHint\":true,\"destructiveHint\":false,\"x\":1},"
                    + "\"icons\":[{\"src\":\"data:image/png;base64,AA==\",\"mimeType\":\"image/png\",\"sizes\":[\"48x48\"],"
                    + "\"theme\":\"dark\"}],\"execution\":{\"taskSupport\":\"forbidden\"},"
                    + "\"_meta\":{\"a.b/c\":{\"d\":[1,null]},\"ui\":{\"resourceUri\":\"ui://x\"}},\"unknown\":{\"k\":1}}",
            "{\"name\":\"promising\",\"inputSchema\":{\"type\":\"object\"},\"outputSchema\":{\"type\":\"object\","
                    + "\"properties\":{\"n\":{\"type\":\"integer\"}},\"required\":[\"n\"]}}");

    /** Each breaks the schema of MCP, and is listed all the same: a client may well be able to use it. */
    private static final List<String> BROKEN = List.of(
            "{\"name\":\"no-type\",\"inputSchema\":{\"properties\":{\"a\":{}}}}",
            "{\"name\":\"wrong-type\",\"inputSchema\":{\"type\":\"string\"}}",
            "{\"name\":\"types\",\"inputSchema\":{\"type\":[\"object\",\"null\"]}}",
            "{\"name\":\"no-schema\",\"description\":\"none\"}",
            "{\"name\":\"null-schema\",\"inputSchema\":null}",
            "{\"name\":\"true-schema\",\"inputSchema\":true}",
            "{\"name\":\"broken-properties\",\"inputSchema\":{\"type\":\"object\",\"properties\":[1,2],\"required\":\"x\"}}",
            "{\"name\":\"null-texts\",\"inputSchema\":{\"type\":\"object\"},\"annotations\":null,\"description\":null}",
            "{\"name\":\"odd-hint\",\"inputSchema\":{\"type\":\"object\"},\"annotations\":{\"readOnlyHint\":\"yes\"}}",
            "{\"name\":\"text-result\",\"inputSchema\":{\"type\":\"object\"},\"outputSchema\":{\"type\":\"string\"}}");

    @TempDir
    private static Path workspace;

    @TempDir
    private static Path folder;

    private static StdioClient client;
    private static List<JsonNode> listed = List.of();

    @BeforeAll
    static void start() throws Exception {
        List<String> tools = new ArrayList<>(DEFINITIONS);
        NAMES.forEach(name -> tools.add("{\"name\":\"" + name + "\",\"inputSchema\":{\"type\":\"object\"}}"));
        tools.addAll(BROKEN);
        tools.add("{\"name\":\"a.b\",\"description\":\"a second one\",\"inputSchema\":{\"type\":\"object\"}}");
        FileWorker.answers(folder, "tools/list", "\"result\":{\"tools\":[" + String.join(",", tools) + "]}");
        List<String> words = ServerProcess.weathervane("run", "--workspace", workspace.toString(), "--");
        words.addAll(FileWorker.command(folder));
        client = StdioClient.unchecked(new ProcessBuilder(words));
        JsonNode welcome = client.answer(
                client.send(
                        "initialize",
                        "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"test\",\"version\":\"1\"}}"));
        assertThat(welcome.has("result")).isTrue();
        listed = client.answer(client.send("tools/list", "{}"))
                .at("/result/tools")
                .valueStream()
                .toList();
    }

    @AfterAll
    static void stop() {
        client.close();
    }

    static Stream<String> definitions() {
        return Stream.concat(DEFINITIONS.stream(), BROKEN.stream());
    }

    static List<String> names() {
        return NAMES;
    }

    @ParameterizedTest
    @MethodSource("definitions")
    void aDefinitionIsListedAsItIs(String definition) {
        String name = JsonRpcCodec.JSON.readTree(definition).path("name").asString("");

        assertThat(listed)
                .filteredOn(tool -> tool.path("name").asString("").equals(name))
                .singleElement()
                .hasToString(definition);
    }

    @ParameterizedTest
    @MethodSource("names")
    void aNameIsListedAndCalledAsItIs(String name) throws Exception {
        assertThat(listed).extracting(tool -> tool.path("name").asString("")).containsOnlyOnce(name);

        assertThat(called(name, "{\"k\":1}").path("name").asString("")).isEqualTo(name);
    }

    @ParameterizedTest
    @MethodSource("definitions")
    void whetherArgumentsFitIsForTheWorkerToJudge(String definition) throws Exception {
        String name = JsonRpcCodec.JSON.readTree(definition).path("name").asString("");
        String arguments = "{\"a\":[1,\"x\"],\"x\":7,\"weird\":null}";

        assertThat(called(name, arguments).path("arguments").toString()).isEqualTo(arguments);
    }

    @Test
    void ofTwoToolsWithOneNameTheFirstIsListed() {
        assertThat(listed)
                .filteredOn(tool -> tool.path("name").asString("").equals("a.b"))
                .singleElement()
                .hasToString("{\"name\":\"a.b\",\"inputSchema\":{\"type\":\"object\"}}");
    }

    @Test
    void theWorkersToolsComeInItsOrder() {
        List<String> names = new ArrayList<>();
        DEFINITIONS.forEach(
                one -> names.add(JsonRpcCodec.JSON.readTree(one).path("name").asString("")));
        names.addAll(NAMES);

        assertThat(listed).extracting(tool -> tool.path("name").asString("")).containsSubsequence(names);
    }

    private static JsonNode called(String tool, String arguments) throws IOException {
        JsonNode params = client.answer(client.call(tool, arguments)).at("/result/structuredContent/params");
        assertThat(params.isObject())
                .as("the worker has got the call of %s", tool)
                .isTrue();
        return params;
    }
}

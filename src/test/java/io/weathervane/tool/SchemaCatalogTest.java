package io.weathervane.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.testing.ScriptedTools;
import io.weathervane.testing.WireSchema;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class SchemaCatalogTest {
    private static final String HINTS =
            "{\"readOnlyHint\":true,\"destructiveHint\":false,\"idempotentHint\":true,\"openWorldHint\":false}";

    private static final Schema META = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"tools\":[{\"name\":\"a\",\"annotations\":" + HINTS + "}]}",
                "{\"tools\":[{\"inputSchema\":{\"type\":\"object\"},\"annotations\":" + HINTS + "}]}",
                "{\"tools\":[{\"name\":\"a\",\"inputSchema\":{\"type\":\"object\"}}]}",
                "{\"tools\":[{\"name\":\"a\",\"inputSchema\":{\"type\":\"object\"},\"annotations\":{\"readOnlyHint\":true}}]}",
            })
    void refusesAManifestThatLeavesOutWhatAToolNeeds(String manifest) {
        assertThatThrownBy(() -> catalog(manifest))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("tools.json");
    }

    @Test
    void refusesTwoToolsOfOneName() {
        String tool = "{\"name\":\"a\",\"inputSchema\":{\"type\":\"object\"},\"annotations\":" + HINTS + "}";

        assertThatThrownBy(() -> catalog("{\"tools\":[" + tool + "," + tool + "]}"))
                .hasMessageContaining("twice");
    }

    @Test
    void neverAsksTheNetworkForASchema() throws IOException {
        try (ServerSocket network = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            network.setSoTimeout(200);
            String elsewhere = "http://127.0.0.1:" + network.getLocalPort() + "/schema.json";

            assertThatThrownBy(() -> schema(
                                    "{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"" + elsewhere + "\"}}}")
                            .validateInput("t", ScriptedTools.json("{\"a\":1}")))
                    .isInstanceOf(RuntimeException.class);
            assertThatThrownBy(network::accept).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"type\":\"string\"}                    | 7          | argument \"v\" must be a string; it was 7",
                "{\"type\":[\"string\",\"null\"]}         | {}         | argument \"v\" must be a string or null; it"
                        + " was an object",
                "{\"type\":\"boolean\"}                   | \"yes\"    | argument \"v\" must be true or false; it was"
                        + " \"yes\"",
                "{\"type\":\"integer\"}                   | 1.5        | argument \"v\" must be a whole number; it was"
                        + " 1.5",
                "{\"type\":\"array\"}                     | null       | argument \"v\" must be a list; it was null",
                "{\"minimum\":3}                          | 2          | argument \"v\" must be at least 3; it was 2",
                "{\"exclusiveMaximum\":3}                 | 3          | argument \"v\" must be less than 3; it was 3",
                "{\"minimum\":1,\"maximum\":3}            | 9          | argument \"v\" must be between 1 and 3; it"
                        + " was 9",
                "{\"maxLength\":2}                        | \"abc\"    | argument \"v\" must be at most 2 characters"
                        + " long; it was \"abc\"",
                "{\"pattern\":\"^a+$\"}                   | \"b\"      | argument \"v\" must match \"^a+$\"; it was"
                        + " \"b\"",
                "{\"enum\":[\"on\",\"off\",1]}            | \"offf\"   | argument \"v\" must be one of on, off, 1; it"
                        + " was \"offf\"; did you mean \"off\"?",
                "{\"items\":{\"type\":\"string\"}}        | [\"a\",2]  | argument \"v.1\" must be a string; it was 2",
                "{\"required\":[\"in\"],\"properties\":{\"in\":{\"enum\":[\"x\",\"y\"]}}} | {} | argument \"v.in\" is"
                        + " missing; it must be one of x, y",
                "{\"additionalProperties\":false}         | {\"a\":1}  | argument \"v.a\" is unknown; none is allowed"
                        + " here",
                "{\"minProperties\":1}                    | {}         | argument \"v\" must have at least 1 entry; it"
                        + " had 0",
                "{\"maxItems\":1}                         | [1,2]      | argument \"v\" must have at most 1 entry; it"
                        + " had 2",
            })
    void saysWhatIsWrongInASentence(String schema, String value, String sentence) {
        ObjectNode arguments = ScriptedTools.json("{\"v\":" + value + "}");

        assertThat(schema("{\"properties\":{\"v\":" + schema + "}}").validateInput("t", arguments))
                .containsExactly(sentence);
    }

    @Test
    void saysTheFirstFewOfManyProblemsAndLittleOfAHugeValue() {
        StringBuilder many = new StringBuilder("{\"" + "x".repeat(40_000) + "\":1");
        for (int i = 0; i < 1000; i++) {
            many.append(",\"k").append(i).append("\":1");
        }
        List<String> problems = schema("{\"additionalProperties\":false}")
                .validateInput("t", ScriptedTools.json(many.append('}').toString()));

        assertThat(problems)
                .hasSize(5)
                .allSatisfy(problem -> assertThat(problem).hasSizeLessThan(400));
    }

    /** A server prepares a schema when it is first used; a broken one must not wait for that. */
    @Test
    void hasSchemasForEachToolThatCanBeUsed() {
        SchemaCatalog catalog = SchemaCatalog.load();

        assertThat(catalog.names()).allSatisfy(name -> {
            assertThat(META.validate(catalog.definition(name).json().path("inputSchema")))
                    .isEmpty();
            assertThat(META.validate(catalog.definition(name).json().path("outputSchema")))
                    .isEmpty();
            assertThat(catalog.validateInput(name, ScriptedTools.json("{\"no such argument\":1}")))
                    .isNotEmpty();
            catalog.validateOutput(name, ScriptedTools.json("{}"));
        });
    }

    @Test
    void hasEachToolOfTheManifestWithSchemasThatStandAlone() {
        SchemaCatalog catalog = SchemaCatalog.load();
        ObjectNode listed = JsonRpcCodec.JSON.createObjectNode();
        catalog.names()
                .forEach(name ->
                        listed.withArray("tools").add(catalog.definition(name).json()));
        ObjectNode answer =
                JsonRpcCodec.JSON.createObjectNode().put("jsonrpc", "2.0").put("id", 1);
        answer.set("result", listed);

        assertThat(catalog.names()).isNotEmpty().allMatch(name -> name.matches("[a-z0-9_]{1,64}"));
        WireSchema.LEGACY.check("tools/list", answer);
        assertThat(listed.findValuesAsString("$ref")).allMatch(reference -> reference.startsWith("#"));
        assertThat(catalog.names())
                .as("a schema without a dialect is one of 2020-12, and each saves the words")
                .allSatisfy(name -> assertThat(Stream.of("inputSchema", "outputSchema"))
                        .allSatisfy(schema -> assertThat(catalog.definition(name)
                                        .json()
                                        .at("/" + schema)
                                        .has("$schema"))
                                .isFalse()));
    }

    @Test
    void listsOutputsThatLaterVersionsMayAddFieldsToAndChecksOwnOnesStrictly() {
        String strict = "{\"properties\":{\"a\":{\"additionalProperties\":false}},\"additionalProperties\":false}";
        SchemaCatalog catalog = catalog("{\"tools\":[{\"name\":\"t\",\"inputSchema\":" + strict + ",\"outputSchema\":"
                + strict + ",\"annotations\":" + HINTS + "}]}");

        ObjectNode listed = catalog.definition("t").json();

        assertThat(listed.path("outputSchema").findValues("additionalProperties"))
                .isEmpty();
        assertThat(listed.path("inputSchema").findValues("additionalProperties"))
                .hasSize(2);
        assertThat(catalog.validateOutput("t", ScriptedTools.json("{\"a\":{}}")))
                .isEmpty();
        assertThat(catalog.validateOutput("t", ScriptedTools.json("{\"a\":{\"b\":1}}")))
                .hasSize(1);
        assertThat(catalog.validateOutput("t", ScriptedTools.json("{\"b\":1}"))).hasSize(1);
    }

    /** A property may be named like a keyword of JSON Schema; it stays. */
    @Test
    void listsOutputsWithoutTheBoundsThatOwnOnesAreCheckedBy() {
        String bounded = "{\"required\":[\"a\"],\"properties\":{\"a\":{\"type\":\"integer\",\"minimum\":3},"
                + "\"minimum\":{\"type\":\"string\"}}}";
        SchemaCatalog catalog = catalog("{\"tools\":[{\"name\":\"t\",\"inputSchema\":" + bounded + ",\"outputSchema\":"
                + bounded + ",\"annotations\":" + HINTS + "}]}");

        ObjectNode listed = catalog.definition("t").json();

        assertThat(listed.path("outputSchema"))
                .isEqualTo(ScriptedTools.json("{\"required\":[\"a\"],\"properties\":{\"a\":{\"type\":\"integer\"},"
                        + "\"minimum\":{\"type\":\"string\"}}}"));
        assertThat(listed.path("inputSchema")).isEqualTo(ScriptedTools.json(bounded));
        assertThat(catalog.validateOutput("t", ScriptedTools.json("{\"a\":2}"))).hasSize(1);
        assertThat(catalog.validateOutput("t", ScriptedTools.json("{}"))).hasSize(1);
    }

    @Test
    void refusesAnEmptyArgumentThoughTheListDoesNotSaySo() {
        SchemaCatalog catalog = schema("{\"properties\":{\"v\":{\"type\":\"string\",\"minLength\":1}}}");

        assertThat(catalog.definition("t")
                        .json()
                        .at("/inputSchema/properties/v")
                        .has("minLength"))
                .isFalse();
        assertThat(catalog.validateInput("t", ScriptedTools.json("{\"v\":\"\"}")))
                .hasSize(1);
    }

    private static SchemaCatalog schema(String inputSchema) {
        return catalog(
                "{\"tools\":[{\"name\":\"t\",\"inputSchema\":" + inputSchema + ",\"annotations\":" + HINTS + "}]}");
    }

    private static SchemaCatalog catalog(String manifest) {
        return SchemaCatalog.of(ScriptedTools.json(manifest), path -> ScriptedTools.json("{}"));
    }
}

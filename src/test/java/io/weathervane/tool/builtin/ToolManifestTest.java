package io.weathervane.tool.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.app.TestServer;
import io.weathervane.audit.AuditKind;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.tool.ToolDefinition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The definitions of our own tools as clients read them, and their size. */
class ToolManifestTest {
    /** 25 KB, less what stands around the list in an answer of the newer revision. */
    private static final int LIST_BYTES_MAX = 25_000 - 250;

    private static final int DESCRIPTION_LENGTH_MAX = 600;
    private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
    private static final Set<String> WITH_DRY_RUN = Set.of(
            "kill_switch_reset",
            "worker_start_canary",
            "worker_stop_canary",
            "worker_promote",
            "worker_rollback",
            "upgrade_run",
            "contract_approve");

    @TempDir
    static Path folder;

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start(folder, "");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static List<ToolDefinition> definitions() {
        return server.own().stream().map(tool -> tool.definition()).toList();
    }

    @Test
    void everyToolInTheManifestHasAHandlerAndTheOtherWayRound() {
        assertThat(definitions().stream().map(ToolDefinition::name))
                .containsExactlyElementsOf(server.schemas().names());
    }

    @Test
    void theReadmesTableNamesEveryToolOnceAndNoOther() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        String table = readme.substring(readme.indexOf("| tools |"), readme.indexOf("## Where to read on"));
        List<String> named = table.lines()
                .filter(row -> row.startsWith("| `"))
                .map(row -> row.substring(0, row.indexOf('|', 1)))
                .flatMap(tools -> QUOTED.matcher(tools).results())
                .map(name -> name.group(1))
                .toList();

        assertThat(named).containsExactlyInAnyOrderElementsOf(server.schemas().names());
    }

    @Test
    void theWholeListIsSmallEnoughToReadInOneGo() {
        ObjectNode list = JsonRpcCodec.JSON.createObjectNode();
        definitions().forEach(definition -> list.withArray("tools").add(definition.json()));

        byte[] wire = list.toString().getBytes(StandardCharsets.UTF_8);

        assertThat(wire.length).isLessThanOrEqualTo(LIST_BYTES_MAX);
    }

    @Test
    void everyToolSaysWhatItIsInFewWords() {
        assertThat(definitions()).allSatisfy(definition -> {
            assertThat(definition.name()).matches("[a-z_]{1,64}");
            assertThat(definition.json().path("title").asString("")).isNotBlank();
            assertThat(definition.json().path("description").asString(""))
                    .isNotBlank()
                    .hasSizeLessThanOrEqualTo(DESCRIPTION_LENGTH_MAX);
        });
    }

    @Test
    void everyToolGivesAllFourHintsAndBothSchemas() {
        assertThat(definitions()).allSatisfy(definition -> {
            assertThat(definition.json().path("annotations").propertyNames())
                    .containsExactlyInAnyOrder("readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint");
            assertThat(definition.json().path("inputSchema").path("type").asString())
                    .isEqualTo("object");
            assertThat(definition.json().path("outputSchema").path("type").asString())
                    .isEqualTo("object");
        });
    }

    @Test
    void everyToolTakesTheArgumentsOfItsSchemaAndNoOther() {
        assertThat(definitions()).allSatisfy(definition -> {
            JsonNode schema = definition.json().path("inputSchema");
            assertThat(schema.path("type").asString("")).isEqualTo("object");
            assertThat(schema.path("additionalProperties").isBoolean()).isTrue();
            assertThat(schema.path("additionalProperties").booleanValue()).isFalse();
            assertThat(server.refused(definition.name(), "{'weather': 'fine'}")).contains("weather");
        });
    }

    @Test
    void anArgumentThatIsAnObjectIsNotOneOfAnything() {
        assertThat(definitions())
                .allSatisfy(definition -> assertThat(
                                definition.json().at("/inputSchema/properties").values())
                        .as(definition.name())
                        .noneMatch(ToolManifestTest::takesAnything));
    }

    /** A model reads nothing else of an argument. */
    @Test
    void everyArgumentOfEveryToolSaysWhatItIs() {
        assertThat(definitions())
                .allSatisfy(definition -> assertThat(
                                describables(definition.json().path("inputSchema")))
                        .as(definition.name())
                        .allSatisfy((name, argument) -> assertThat(
                                        argument.path("description").asString(""))
                                .as(name)
                                .matches("\\S.+\\.")));
    }

    /** The properties of a schema, with those of its objects. */
    private static Map<String, JsonNode> describables(JsonNode schema) {
        Map<String, JsonNode> all = new LinkedHashMap<>();
        schema.path("properties").properties().forEach(property -> {
            all.put(property.getKey(), property.getValue());
            describables(property.getValue()).forEach((name, inner) -> all.put(property.getKey() + "." + name, inner));
        });
        return all;
    }

    private static boolean takesAnything(JsonNode argument) {
        JsonNode more = argument.path("additionalProperties");
        boolean closed = more.isBoolean() && !more.booleanValue();
        return argument.toString().contains("\"object\"") && !closed && !more.has("type");
    }

    @Test
    void whatIsRiskyIsMarkedAndWhatOnlyReadsTooAndNothingElse() {
        assertThat(definitions().stream()
                        .filter(tool -> tool.annotations().destructive())
                        .map(ToolDefinition::name))
                .containsExactlyInAnyOrder(
                        "kill_switch_reset",
                        "calls_unblock",
                        "worker_promote",
                        "upgrade_run",
                        "contract_approve",
                        "approval_grant");
        assertThat(definitions().stream()
                        .filter(tool -> tool.annotations().readOnly())
                        .map(ToolDefinition::name))
                .containsExactlyInAnyOrder(
                        "monitor_status", "decision_explain", "audit_query", "worker_status", "upgrade_status");
    }

    @Test
    void everyChangeOfWorkersAndTheResetCanBeTriedDry() {
        assertThat(definitions().stream()
                        .filter(tool -> tool.json()
                                .path("inputSchema")
                                .path("properties")
                                .has("dry_run"))
                        .map(ToolDefinition::name))
                .containsExactlyInAnyOrderElementsOf(WITH_DRY_RUN);
    }

    @Test
    void auditQueryKnowsEveryKindThereIs() {
        JsonNode kinds = server.schemas().definition("audit_query").json().at("/inputSchema/properties/kinds");
        Set<String> offered = kinds.at("/items/enum")
                .valueStream()
                .map(kind -> kind.stringValue())
                .collect(Collectors.toSet());

        assertThat(offered)
                .isEqualTo(Arrays.stream(AuditKind.values())
                        .map(AuditKind::wireName)
                        .collect(Collectors.toSet()));
        assertThat(kinds.path("maxItems").intValue()).as("all of them at once").isEqualTo(offered.size());
    }
}

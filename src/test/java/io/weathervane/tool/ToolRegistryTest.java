package io.weathervane.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.testing.ScriptedTools;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class ToolRegistryTest {
    private static final Caller CALLER = new Caller("ada", Caller.Transport.STDIO);

    private final ScriptedTools own = new ScriptedTools();

    @Test
    void refusesAToolThatTheManifestDoesNotHave() {
        assertThatThrownBy(
                        () -> new ToolRegistry(List.of(workerTool("dance")), UpstreamToolSource.none(), own.catalog()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("dance");
    }

    @Test
    void refusesTwoToolsOfOneName() {
        List<Tool> twice =
                Stream.concat(own.tools().stream(), own.tools().stream()).toList();

        assertThatThrownBy(() -> new ToolRegistry(twice, UpstreamToolSource.none(), own.catalog()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("two tools are named say");
    }

    @Test
    void listsTheWorkersToolsAfterOursAndLetsOurNamesWin() {
        ToolRegistry registry = withWorker(workerTool("get_forecast"), workerTool("say"), workerTool("echo"));

        assertThat(registry.list(CALLER))
                .extracting(ToolDefinition::name)
                .containsExactly(
                        "say", "refuse", "break", "protocol_error", "steps", "wait", "glance", "get_forecast", "echo");
        assertThat(call(registry, "say", "{\"text\":\"hi\"}").json().toString()).contains("hi (ada)");
        assertThat(call(registry, "echo", "{\"anything\":true}").json().toString())
                .contains("from the worker: echo");
    }

    @Test
    void aMisspelledNameIsNotAnsweredWithAToolThatIsNotOffered() {
        ToolRegistry registry = withWorker(workerTool("echo"));
        Caller none = CALLER.offered(OperationsScope.NONE);

        assertThatThrownBy(() -> call(registry, "glancc", "{}")).hasMessageContaining("did you mean \"glance\"?");
        assertThatThrownBy(() -> registry.call("glancc", ScriptedTools.json("{}"), none, CallChannel.none()))
                .isInstanceOf(JsonRpcException.class)
                .hasMessageContaining("Unknown tool: glancc")
                .hasMessageNotContaining("glance\"");
    }

    @Test
    void checksTheArgumentsOfOurToolsOnly() {
        ToolRegistry registry = withWorker(workerTool("echo"));

        assertThat(call(registry, "say", "{}").isError()).isTrue();
        assertThat(call(registry, "refuse", "{\"a\":1}").json().toString()).contains("Invalid arguments for refuse");
        assertThat(call(registry, "echo", "{\"a\":1}").isError()).isFalse();
    }

    @Test
    void whatAToolOfOursShowsHasNoSecretsAndAWorkersAnswerIsItsOwn() {
        ToolRegistry registry = withWorker(workerTool("echo"));

        assertThat(call(registry, "say", "{\"text\":\"password=hunter2 said\"}")
                        .json()
                        .toString())
                .contains("password=[redacted] said")
                .doesNotContain("hunter2");
        assertThat(call(registry, "echo", "{\"reason\":\"password=hunter2\"}")
                        .json()
                        .toString())
                .contains("from the worker: echo");
    }

    @Test
    void whatIsRecordedIsWithoutSecretsBeforeAToolSeesIt() {
        ObjectNode given = ScriptedTools.json("""
            {"reason": "saw --token abc123", "fix_reference": "https://jo:pw1@git/x", "build": "deploy --token abc123"}\
            """);

        ObjectNode seen = ArgumentRedactor.recorded(given);

        assertThat(seen.path("reason").asString("")).isEqualTo("saw --token [redacted]");
        assertThat(seen.path("fix_reference").asString("")).isEqualTo("https://jo:[redacted]@git/x");
        assertThat(seen.path("build")).isEqualTo(given.path("build"));
        assertThat(given.path("reason").asString("")).contains("abc123");
    }

    @Test
    void namesAWorkersToolAsTheNearest() {
        ToolRegistry registry = withWorker(workerTool("get_forecast"));

        assertThatThrownBy(() -> call(registry, "get_forcast", "{}"))
                .isInstanceOf(JsonRpcException.class)
                .hasMessage("Unknown tool: get_forcast; did you mean \"get_forecast\"?");
        assertThatThrownBy(() -> call(registry, "x".repeat(5_000_000), "{}"))
                .satisfies(thrown -> assertThat(thrown.getMessage()).hasSizeLessThan(200));
    }

    @Test
    void showsACallerWhatItsRolesAllowAndRefusesTheRest() {
        ToolRegistry registry = withWorker(workerTool("get_forecast"));
        Caller nobody = new Caller("eve", Caller.Transport.HTTP, Set.of());

        assertThat(registry.list(nobody)).isEmpty();
        assertThat(registry.call("get_forecast", ScriptedTools.json("{}"), nobody, CallChannel.none())
                        .json()
                        .toString())
                .contains("get_forecast needs the role viewer, which eve does not have");
    }

    @Test
    void whoLooksFromThisMachineOnlyIsToldOfNothingElse() {
        ToolRegistry registry = withWorker(workerTool("get_forecast"), workerTool("record", /* readOnly= */ false));
        Set<CallerRole> looks = Set.of(CallerRole.VIEWER);

        assertThatThrownBy(() -> registry.call(
                        "record",
                        ScriptedTools.json("{}"),
                        new Caller("ada", Caller.Transport.SOCKET, looks),
                        CallChannel.none()))
                .isInstanceOf(JsonRpcException.class)
                .hasMessageStartingWith("Unknown tool: record");
        assertThat(registry.call(
                                "record",
                                ScriptedTools.json("{}"),
                                new Caller("eve", Caller.Transport.HTTP, looks),
                                CallChannel.none())
                        .json()
                        .toString())
                .as("roles of a token are no secret")
                .contains("record needs the role operator");
    }

    @Test
    void aViewerMayMakeSafeAndNoMoreThanThat() {
        ToolRegistry registry =
                new ToolRegistry(List.of(new Brake(own.tools().get(0))), UpstreamToolSource.none(), own.catalog());
        String tool = own.tools().get(0).definition().name();
        ObjectNode stops = ScriptedTools.json("{\"text\":\"stop\"}");
        ObjectNode goes = ScriptedTools.json("{\"text\":\"go\"}");
        Caller viewer = new Caller("eve", Caller.Transport.HTTP, Set.of(CallerRole.VIEWER));
        Caller approver = new Caller("otto", Caller.Transport.HTTP, Set.of(CallerRole.APPROVER));
        Caller looks = new Caller("ada", Caller.Transport.SOCKET, Set.of(CallerRole.VIEWER));

        assertThat(registry.list(viewer)).hasSize(1);
        assertThat(registry.requested(tool, stops).roleMissing(viewer)).isEmpty();
        assertThat(registry.call(tool, stops, viewer, CallChannel.none()).json().toString())
                .doesNotContain("needs the role");
        assertThat(registry.requested(tool, goes).roleMissing(viewer)).contains(CallerRole.OPERATOR);
        assertThat(registry.call(tool, goes, viewer, CallChannel.none()).json().toString())
                .contains("needs the role operator");
        assertThat(registry.requested(tool, stops).roleMissing(approver)).contains(CallerRole.OPERATOR);
        assertThat(registry.list(looks)).as("who asked to look only").isEmpty();
    }

    @Test
    void aCallWithoutArgumentsIsUrgentAsOneWithNone() {
        Tool tool = own.tools().get(0);
        ToolRegistry registry = new ToolRegistry(List.of(new Stop(tool)), UpstreamToolSource.none(), own.catalog());
        String name = tool.definition().name();

        assertThat(registry.requested(name, JsonRpcCodec.JSON.missingNode()).makesSafe())
                .isTrue();
        assertThat(registry.requested(name, JsonRpcCodec.JSON.nullNode()).makesSafe())
                .isTrue();
        assertThat(registry.requested(name, JsonRpcCodec.JSON.createArrayNode()).makesSafe())
                .as("arguments that are no object")
                .isFalse();
    }

    private record Stop(Tool tool) implements ToolDecorator {
        @Override
        public boolean makesSafe(ObjectNode arguments) {
            return true;
        }

        @Override
        public ToolResult call(ToolCall call) {
            return tool.call(call);
        }
    }

    /** A tool of operators with which everybody may stop. */
    private record Brake(Tool tool) implements ToolDecorator {
        @Override
        public CallerRole role() {
            return CallerRole.OPERATOR;
        }

        @Override
        public boolean makesSafe(ObjectNode arguments) {
            return arguments.path("text").asString("").equals("stop");
        }

        @Override
        public boolean canMakeSafe() {
            return true;
        }

        @Override
        public ToolResult call(ToolCall call) {
            return tool.call(call);
        }
    }

    @Test
    void everyResultOfOursFitsItsOutputSchema() {
        ToolResult result = call(withWorker(), "say", "{\"text\":\"hi\"}");

        assertThat(own.catalog().validateOutput("say", result.structured().orElseThrow()))
                .isEmpty();
        assertThat(own.catalog().validateOutput("say", JsonRpcCodec.JSON.createObjectNode()))
                .containsExactly("field \"said\" is missing; it must be a string");
    }

    private ToolRegistry withWorker(Tool... tools) {
        return new ToolRegistry(own.tools(), source(List.of(tools)), own.catalog());
    }

    private static ToolResult call(ToolRegistry registry, String tool, String arguments) {
        return registry.call(tool, ScriptedTools.json(arguments), CALLER, CallChannel.none());
    }

    private static UpstreamToolSource source(List<Tool> tools) {
        return new UpstreamToolSource() {
            @Override
            public List<ToolDefinition> known() {
                return list();
            }

            @Override
            public List<ToolDefinition> list() {
                return tools.stream().map(Tool::definition).toList();
            }

            @Override
            public Optional<Tool> find(String name) {
                return tools.stream()
                        .filter(tool -> tool.definition().name().equals(name))
                        .findFirst();
            }
        };
    }

    private static Tool workerTool(String name) {
        return workerTool(name, /* readOnly= */ true);
    }

    private static Tool workerTool(String name, boolean readOnly) {
        ToolDefinition definition = new ToolDefinition(
                name,
                new ToolAnnotations(readOnly, false, true, false),
                ScriptedTools.json("{\"name\":\"" + name + "\",\"inputSchema\":{\"type\":\"object\"}}"));
        return new Tool() {
            @Override
            public ToolDefinition definition() {
                return definition;
            }

            @Override
            public ToolResult call(ToolCall call) {
                return ToolResult.of("from the worker: " + name, JsonRpcCodec.JSON.createObjectNode());
            }
        };
    }
}

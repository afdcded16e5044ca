package io.weathervane.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.prompt.PromptResult;
import io.weathervane.tool.CallChannel;
import io.weathervane.tool.Caller;
import io.weathervane.tool.OperationsScope;
import io.weathervane.tool.ToolDefinition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Which of our own tools, prompts and resources a caller is offered. */
class OperationsScopeTest {
    private static final Caller ALL = new Caller("ada", Caller.Transport.STDIO);
    private static final Caller SAFE = ALL.offered(OperationsScope.SAFE);
    private static final Caller NONE = ALL.offered(OperationsScope.NONE);

    private static final List<String> RISKY = List.of(
            "kill_switch_reset",
            "calls_unblock",
            "contract_approve",
            "worker_start_canary",
            "worker_promote",
            "upgrade_run",
            "approval_grant");

    @TempDir
    static Path folder;

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start(folder, TestServer.WITH_WORKERS);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void whatIsHiddenIsNotCalledAndTheRefusalSaysHowToHaveIt() {
        for (String tool : RISKY) {
            assertThat(refusal(tool, "{}", SAFE))
                    .as(tool)
                    .contains("operations: safe", "Nothing was done", "weathervane call " + tool, "--operations all");
        }
        for (ToolDefinition own : server.tools(ALL)) {
            if (server.own().stream().anyMatch(tool -> tool.definition().equals(own))) {
                assertThat(refusal(own.name(), "{}", NONE))
                        .contains("operations: none", "weathervane call " + own.name());
            }
        }
        assertThat(server.textOf("mcp_admin_flags", "{'action': 'get'}")).contains("DISABLE_NEW = 0");
    }

    @Test
    void aToolThatReadsOrMakesSafeWithSomeArgumentsOnlyIsCalledWithThose() {
        assertThat(call("mcp_admin_flags", "{'action': 'get'}", SAFE)
                        .path("isError")
                        .asBoolean())
                .isFalse();
        assertThat(call("mcp_admin_flags", "{'action': 'history'}", SAFE)
                        .path("isError")
                        .asBoolean())
                .isFalse();
        assertThat(refusal("mcp_admin_flags", "{'action': 'set', 'flags': {'PROMPT_MODE': 'verbose'}}", SAFE))
                .contains("this call of mcp_admin_flags is neither");
        assertThat(refusal("mcp_admin_flags", "{'action': 'set', 'flags': {'DISABLE_NEW': '0'}}", SAFE))
                .contains("operations: safe");
        assertThat(refusal(
                        "mcp_admin_flags",
                        "{'action': 'set', 'flags': {'DISABLE_NEW': '1', 'PROMPT_MODE': 'verbose'}}",
                        SAFE))
                .contains("operations: safe");
    }

    @Test
    void argumentsThatAreNoObjectAreRefusedAsEver() {
        assertThatThrownBy(() -> server.requested("kill_switch_reset", JsonRpcCodec.JSON.readTree("[1]"))
                        .call(SAFE, CallChannel.none()))
                .isInstanceOf(JsonRpcException.class)
                .hasMessageContaining("must be an object");
    }

    @Test
    void aHiddenToolRunsAsNoTask() {
        assertThat(server.requested("upgrade_run", TestServer.json("{}")).runsAsTask(SAFE))
                .isFalse();
        assertThat(server.requested("upgrade_run", TestServer.json("{}")).runsAsTask(ALL))
                .isTrue();
    }

    @Test
    void safeIsWhatReadsAndWhatMakesThingsSafe() {
        assertThat(names(SAFE))
                .contains("echo")
                .contains(
                        "mcp_admin_flags",
                        "kill_switch_engage",
                        "calls_block",
                        "monitor_status",
                        "decision_explain",
                        "audit_query",
                        "evidence_collect",
                        "incident_report",
                        "worker_status",
                        "worker_stop_canary",
                        "worker_rollback",
                        "upgrade_status",
                        "upgrade_abort")
                .doesNotContainAnyElementsOf(RISKY);
        List<String> hidden = new ArrayList<>(names(ALL));
        hidden.removeAll(names(SAFE));
        assertThat(hidden).containsExactlyInAnyOrderElementsOf(RISKY);
    }

    @Test
    void noneIsTheWorkersToolsAlone() {
        assertThat(names(NONE))
                .contains("echo")
                .allMatch(name -> server.own().stream()
                        .noneMatch(tool -> tool.definition().name().equals(name)));
    }

    @Test
    void promptsThatAreAboutHiddenToolsAreHiddenToo() {
        assertThat(prompts(ALL))
                .containsExactly(
                        "incident_response", "post_promotion_check", "kill_switch_reset", "root_cause_analysis");
        assertThat(prompts(SAFE)).containsExactly("incident_response", "post_promotion_check", "root_cause_analysis");
        assertThat(prompts(NONE)).isEmpty();
        assertThatThrownBy(() -> prompt("kill_switch_reset", SAFE)).hasMessageContaining("unknown prompt");
    }

    @Test
    void theTextsOfPromptsNameNoHiddenTool() {
        for (String prompt : prompts(SAFE)) {
            String ours = prompt(prompt, SAFE)
                    .lines()
                    .filter(line -> !line.startsWith("> "))
                    .reduce("", (one, other) -> one + other + "\n");
            assertThat(ours).as(prompt).doesNotContain(RISKY).contains("a person does it at a terminal");
        }
        assertThat(prompt("root_cause_analysis", ALL)).contains("worker_start_canary");
        assertThat(prompt("incident_response", ALL))
                .contains("the prompt kill_switch_reset", "never call approval_grant");
    }

    @Test
    void resourcesAreThereUnlessNothingOfOursIs() {
        assertThat(server.resources().list(SAFE))
                .isEqualTo(server.resources().list(ALL))
                .isNotEmpty();
        assertThat(server.resources().list(NONE)).isEmpty();
        assertThat(server.resources().templates(NONE)).isEmpty();
        assertThat(server.resources().read("weathervane://flags", NONE)).isEmpty();
        assertThat(server.resources().read("weathervane://flags", SAFE)).isPresent();
    }

    @Test
    void instructionsNameNoHiddenTool() {
        assertThat(instructions(OperationsScope.ALL)).contains("kill_switch_reset", "dry_run");
        assertThat(instructions(OperationsScope.SAFE))
                .contains("kill_switch_engage", "--operations all", "weathervane call")
                .doesNotContain(RISKY);
        assertThat(instructions(OperationsScope.NONE))
                .contains("--operations safe or all")
                .doesNotContain("monitor_status", "kill_switch_engage");
    }

    @Test
    void whatEachCostsToReadIsAsTheDocumentationSays() throws IOException {
        String table = Files.readString(Path.of("docs/security.md"));

        for (Caller caller : List.of(ALL, SAFE, NONE)) {
            String row = "\\| `" + caller.operations().wireName() + "` \\|.*\\| ([0-9.]+) KB \\|";
            Matcher said = Pattern.compile(row).matcher(table);
            assertThat(said.find()).as(row).isTrue();
            assertThat(bytes(caller) / 1_000.0).isCloseTo(Double.parseDouble(said.group(1)), Offset.offset(1.2));
        }
    }

    private static int bytes(Caller caller) {
        ObjectNode list = JsonRpcCodec.JSON.createObjectNode();
        list.putArray("tools");
        server.tools(caller).stream()
                .filter(one ->
                        server.own().stream().anyMatch(tool -> tool.definition().equals(one)))
                .forEach(one -> list.withArray("tools").add(one.json()));
        return list.toString().getBytes(StandardCharsets.UTF_8).length;
    }

    private static String instructions(OperationsScope scope) {
        return ProductInfo.serverInfo().instructions().of(scope);
    }

    private static List<String> names(Caller caller) {
        return server.tools(caller).stream().map(ToolDefinition::name).toList();
    }

    private static List<String> prompts(Caller caller) {
        return server.prompts().listAll(caller, CallChannel.none()).stream()
                .map(prompt -> prompt.path("name").asString(""))
                .toList();
    }

    private static String prompt(String name, Caller caller) {
        PromptResult result = server.prompts().get(name, TestServer.json("{}"), caller, CallChannel.none());
        return result.json().at("/messages/0/content/text").asString("");
    }

    private static JsonNode call(String tool, String arguments, Caller caller) {
        return server.requested(tool, TestServer.json(arguments.replace('\'', '"')))
                .call(caller, CallChannel.none())
                .json();
    }

    private static String refusal(String tool, String arguments, Caller caller) {
        JsonNode answer = call(tool, arguments, caller);
        assertThat(answer.path("isError").asBoolean()).as("%s", answer).isTrue();
        return answer.at("/content/0/text").asString("");
    }
}

package io.weathervane;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ClientCapabilities;
import io.modelcontextprotocol.spec.McpSchema.ElicitResult;
import io.modelcontextprotocol.spec.McpSchema.GetPromptRequest;
import io.modelcontextprotocol.spec.McpSchema.ProgressNotification;
import io.modelcontextprotocol.spec.McpSchema.Prompt;
import io.modelcontextprotocol.spec.McpSchema.ReadResourceRequest;
import io.modelcontextprotocol.spec.McpSchema.Resource;
import io.modelcontextprotocol.spec.McpSchema.ResourceContents;
import io.modelcontextprotocol.spec.McpSchema.SubscribeRequest;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.TextResourceContents;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import io.weathervane.testing.Await;
import io.weathervane.testing.ServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the official Java SDK's client does with the packaged server, whatever lies between them. The client speaks
 * 2025-11-25; it holds each result against the tool's output schema by itself.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class JavaSdkSteps {
    private static final Duration ANSWER_MAX = Duration.ofSeconds(40);
    private static final String FLAGS = "weathervane://flags";

    private final Queue<ProgressNotification> progress = new ConcurrentLinkedQueue<>();
    private final Queue<ResourceContents> updates = new ConcurrentLinkedQueue<>();
    private final Queue<String> questions = new ConcurrentLinkedQueue<>();
    private McpSyncClient client;

    /** Starts the server, or says how the client starts it. */
    abstract McpClientTransport transport(Path workspace) throws Exception;

    @BeforeAll
    void start(@TempDir Path workspace) throws Exception {
        ServerProcess.configure(workspace, "", "stable");
        client = McpClient.sync(transport(workspace))
                .requestTimeout(ANSWER_MAX)
                .initializationTimeout(ANSWER_MAX)
                .enableCallToolSchemaCaching(true)
                .capabilities(ClientCapabilities.builder().elicitation().build())
                .elicitation(question -> {
                    questions.add(question.message());
                    return new ElicitResult(ElicitResult.Action.ACCEPT, Map.of("confirm", true));
                })
                .progressConsumer(progress::add)
                .resourcesUpdateConsumer(updates::addAll)
                .build();
        client.initialize();
    }

    /** Ends a server that the client has not started. */
    void stopServer() {}

    @AfterAll
    void stop() {
        client.closeGracefully();
        stopServer();
    }

    @Test
    void connects() {
        assertThat(client.getCurrentInitializationResult().protocolVersion()).isEqualTo("2025-11-25");
        assertThat(client.getServerInfo().name()).isEqualTo("weathervane-mcp");
        assertThat(client.getServerInstructions()).contains("monitor_status");
    }

    @Test
    void listsOurToolsAndTheWorkers() {
        Await.until("the worker's tools are there", () -> toolNames().contains("echo"));

        assertThat(toolNames()).contains("mcp_admin_flags", "evidence_collect", "get_forecast");
    }

    @Test
    void listsResources() {
        assertThat(client.listResources().resources()).extracting(Resource::uri).contains(FLAGS);
        assertThat(client.listResourceTemplates().resourceTemplates()).isNotEmpty();
    }

    @Test
    void readsAResource() {
        List<ResourceContents> contents =
                client.readResource(ReadResourceRequest.builder(FLAGS).build()).contents();

        assertThat(contents)
                .singleElement()
                .isInstanceOfSatisfying(
                        TextResourceContents.class,
                        text -> assertThat(text.text()).contains("PROMPT_MODE"));
    }

    @Test
    void listsPrompts() {
        assertThat(client.listPrompts().prompts()).extracting(Prompt::name).contains("incident_response");
    }

    @Test
    void getsAPrompt() {
        GetPromptRequest request = GetPromptRequest.builder("incident_response")
                .arguments(Map.of())
                .build();

        assertThat(client.getPrompt(request).messages()).isNotEmpty();
    }

    @Test
    void callsOurToolsAndTheWorkers() {
        Await.until("the worker's tools are there", () -> toolNames().contains("echo"));

        assertThat(call("mcp_admin_flags", Map.of("action", "get", "flag", "PROMPT_MODE")))
                .contains("PROMPT_MODE = ");
        assertThat(call("echo", Map.of("text", "hello"))).contains("hello");
    }

    @Test
    void getsAToolsError() {
        CallToolResult result = client.callTool(CallToolRequest.builder("mcp_admin_flags")
                .arguments(Map.of("action", "set", "flags", Map.of("NO_SUCH_FLAG", "1")))
                .build());

        assertThat(result.isError()).isTrue();
        assertThat(text(result)).contains("NO_SUCH_FLAG");
    }

    @Test
    void isToldOfProgress() {
        CallToolResult result = client.callTool(CallToolRequest.builder("evidence_collect")
                .arguments(Map.of("title", "interop"))
                .progressToken("interop")
                .build());

        assertThat(result.isError()).isFalse();
        /* In whichever order: the SDK hands notifications over on several threads. */
        Await.until("more than one progress notification", () -> progress.size() > 1);
        assertThat(progress).allMatch(report -> report.progressToken().equals("interop"));
        assertThat(progress).extracting(ProgressNotification::progress).doesNotHaveDuplicates();
    }

    @Test
    void isToldOfAChange() {
        client.subscribeResource(SubscribeRequest.builder(FLAGS).build());

        call("mcp_admin_flags", Map.of("action", "set", "flags", Map.of("PROMPT_MODE", "verbose")));

        Await.until("the flags were read again", () -> !updates.isEmpty());
    }

    @Test
    void isAskedBeforeWhatIsRisky() {
        call("kill_switch_engage", Map.of("reason", "interop"));

        String answer = call("kill_switch_reset", Map.of("reason", "interop", "fix_reference", "none", "force", true));

        assertThat(answer).contains("Reset.");
        assertThat(questions).singleElement().asString().contains("kill_switch_reset");
    }

    private List<String> toolNames() {
        return client.listTools().tools().stream().map(Tool::name).toList();
    }

    private String call(String tool, Map<String, Object> arguments) {
        CallToolResult result = client.callTool(
                CallToolRequest.builder(tool).arguments(arguments).build());
        assertThat(result.isError()).as(text(result)).isFalse();
        return text(result);
    }

    private static String text(CallToolResult result) {
        return ((TextContent) result.content().get(0)).text();
    }
}

package io.weathervane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.jsonrpc.InputRequest;
import io.weathervane.mcp.McpDispatcher;
import io.weathervane.mcp.ServerInfo;
import io.weathervane.testing.RecordingSocketProxy;
import io.weathervane.testing.ScriptedTools;
import io.weathervane.testing.TestDispatchers;
import io.weathervane.testing.TestHttp;
import io.weathervane.tool.InputAnswer;
import io.weathervane.tool.SchemaCatalog;
import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolRegistry;
import io.weathervane.tool.ToolResult;
import io.weathervane.tool.UpstreamToolSource;
import io.weathervane.transport.http.HealthSource;
import io.weathervane.transport.http.HttpOptions;
import io.weathervane.transport.http.HttpServer;
import io.weathervane.transport.socket.SocketServer;
import io.weathervane.transport.socket.WorkspaceLock;
import io.weathervane.transport.socket.WorkspaceOwnerInfo;
import io.weathervane.util.Ticker;
import io.weathervane.util.Workspace;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A tool that wants a person's word, and the person who types the command; over a real socket. */
class CallCommandAsksTest {
    private static final String MANIFEST = """
        {"tools": [
          {"name": "worker_promote", "description": "Asks.", "inputSchema": {"type": "object",
             "properties": {"confirm": {"type": "boolean"}}},
           "annotations": {"readOnlyHint": false, "destructiveHint": true, "idempotentHint": true, "openWorldHint": false}},
          {"name": "drop_table", "description": "A worker's.", "inputSchema": {"type": "object",
             "properties": {"confirm": {"type": "boolean"}}},
           "annotations": {"readOnlyHint": false, "destructiveHint": true, "idempotentHint": true, "openWorldHint": false}},
          {"name": "survey", "description": "Asks for a word.", "inputSchema": {"type": "object"},
           "annotations": {"readOnlyHint": true, "destructiveHint": false, "idempotentHint": true, "openWorldHint": false}}
        ]}\
        """;

    @TempDir
    private Path folder;

    private final SchemaCatalog catalog =
            SchemaCatalog.of(ScriptedTools.json(MANIFEST), path -> ScriptedTools.json("{}"));
    private final McpDispatcher dispatcher = TestDispatchers.of(
            new ServerInfo("test", "Test", "1", "none"),
            new ToolRegistry(
                    List.of(new Asking("worker_promote"), new Asking("drop_table"), new Asking("survey")),
                    UpstreamToolSource.none(),
                    catalog));
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private WorkspaceLock lock;
    private SocketServer server;
    private RecordingSocketProxy watch;

    @BeforeEach
    void startServer() throws IOException {
        Workspace workspace = Workspace.in(folder).create();
        lock = WorkspaceLock.tryAcquire(
                        workspace.state(), WorkspaceOwnerInfo.ofThisProcess(Instant.EPOCH, List.of("http")))
                .orElseThrow();
        server = SocketServer.start(lock, TestDispatchers.lines(dispatcher), Ticker.system());
        watch = RecordingSocketProxy.before(server.path());
    }

    @AfterEach
    void stopServer() throws IOException {
        server.close();
        lock.close();
        dispatcher.close();
        watch.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"n", "", "yep", "true"})
    void anythingButAClearYesIsNo(String typed) {
        run(true, Stream.of(typed), "worker_promote");

        assertThat(out.toString()).contains("answered {\"action\":\"accept\",\"content\":{\"confirm\":false}}");
    }

    @Test
    void theEndOfInputIsNoAnswer() {
        run(true, Stream.empty(), "worker_promote");

        assertThat(out.toString()).contains("answered {\"action\":\"cancel\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"y", "Yes", " YES "})
    void whoIsAtTheTerminalIsShownTheQuestionAndAnswers(String typed) {
        int exit = run(true, Stream.of(typed), "worker_promote");

        assertThat(exit).isEqualTo(ExitCode.OK);
        assertThat(err.toString())
                .contains("Agree to\nthis\\u0007\\u001b[2J?", "Do it? [y/N]")
                .doesNotContain("\u001b");
        assertThat(out.toString()).contains("answered {\"action\":\"accept\",\"content\":{\"confirm\":true}}");
    }

    @Test
    void aQuestionForMoreThanYesOrNoIsDeclined() {
        run(true, Stream.of("y"), "survey");

        assertThat(out.toString()).contains("answered {\"action\":\"decline\"}");
    }

    @Test
    void whoWroteConfirmIsNotAskedAgain() {
        run(true, Stream.empty(), "worker_promote", "--confirm");

        assertThat(out.toString()).contains("confirmed by argument");
    }

    @Test
    void whereNobodyIsTheWrittenCommandIsTheAgreementButNotForAWorkersTool() {
        run(false, Stream.empty(), "worker_promote");
        assertThat(out.toString()).contains("confirmed by argument");

        run(false, Stream.empty(), "worker_promote", "--confirm", "false");
        assertThat(out.toString()).contains("not confirmed");

        run(false, Stream.empty(), "drop_table");
        assertThat(out.toString()).contains("not confirmed");
    }

    @Test
    void itIsTheSameOverHttp() throws Exception {
        try (HttpServer http = TestHttp.start(
                HttpOptions.of("127.0.0.1", 0),
                dispatcher,
                () -> new HealthSource.Health(200, ScriptedTools.json("{}")))) {
            run(true, Stream.of("y"), "worker_promote", "--url", "http://127.0.0.1:" + http.port());
        }

        assertThat(out.toString()).contains("answered {\"action\":\"accept\",\"content\":{\"confirm\":true}}");
    }

    private int run(boolean atATerminal, Stream<String> typed, String... words) {
        out.getBuffer().setLength(0);
        Iterator<String> lines = typed.iterator();
        CallCommand command = new CallCommand(
                Map.of("WVO_WORKSPACE_ROOT", folder.toString()),
                shown -> new ConsolePrompt(atATerminal, () -> lines.hasNext() ? lines.next() : null, shown));
        return new CommandLine(command)
                .setUnmatchedOptionsArePositionalParams(true)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(words);
    }

    /** Says what it was told. */
    private final class Asking implements Tool {
        private final String name;

        private Asking(String name) {
            this.name = name;
        }

        @Override
        public ToolDefinition definition() {
            return catalog.definition(name);
        }

        @Override
        public ToolResult call(ToolCall call) {
            if (call.channel().canAsk(InputRequest.Kind.ELICITATION)) {
                InputAnswer answer =
                        call.channel().ask(Map.of("it", question())).get("it");
                return ToolResult.of("answered " + answer.json(), JsonNodeFactory.instance.objectNode());
            }
            boolean confirmed = call.arguments().path("confirm").asBoolean(false);
            return ToolResult.of(
                    confirmed ? "confirmed by argument" : "not confirmed", JsonNodeFactory.instance.objectNode());
        }

        private InputRequest question() {
            ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "object");
            ObjectNode field = schema.putObject("properties").putObject("confirm");
            field.put("type", name.equals("survey") ? "string" : "boolean").put("title", "Do it");
            return InputRequest.form("Agree to\nthis\u0007\u001b[2J?", schema);
        }
    }
}

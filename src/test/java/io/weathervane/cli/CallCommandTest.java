package io.weathervane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.mcp.McpDispatcher;
import io.weathervane.mcp.ServerInfo;
import io.weathervane.testing.RecordingSocketProxy;
import io.weathervane.testing.ScriptedTools;
import io.weathervane.testing.TestDispatchers;
import io.weathervane.testing.TestHttp;
import io.weathervane.transport.http.HealthSource;
import io.weathervane.transport.http.HttpOptions;
import io.weathervane.transport.http.HttpServer;
import io.weathervane.transport.socket.SocketServer;
import io.weathervane.transport.socket.WorkspaceLock;
import io.weathervane.transport.socket.WorkspaceOwnerInfo;
import io.weathervane.util.Ticker;
import io.weathervane.util.Workspace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command against a real server on a real socket. */
class CallCommandTest {
    @TempDir
    private Path folder;

    private final ScriptedTools tools = new ScriptedTools();
    private final McpDispatcher dispatcher =
            TestDispatchers.of(new ServerInfo("test", "Test", "1", "none"), tools.registry());
    private Terminal terminal;
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
        terminal = new Terminal(Map.of("WVO_WORKSPACE_ROOT", folder.toString()));
    }

    @AfterEach
    void stopServer() throws IOException {
        server.close();
        lock.close();
        dispatcher.close();
        watch.close();
    }

    @Test
    void saysHowToStartAServerWhenNoneAnswers() throws IOException {
        server.close();

        assertThat(terminal.run("call", "say", "--text", "x")).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(terminal.err()).contains("weathervane.sock", "scripts/weathervane serve");

        Path empty = Files.createDirectory(folder.resolve("empty"));
        assertThat(terminal.run("call", "--workspace", empty.toString())).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(terminal.err()).contains("no server has run");
    }

    @Test
    void aMissingWorkspaceIsAMistakeOfTheCommandLine() {
        assertThat(terminal.run("call", "--workspace", folder.resolve("gone").toString()))
                .isEqualTo(ExitCode.USAGE);
        assertThat(terminal.err()).contains("does not exist");
    }

    @Test
    void suggestsTheNearestToolOptionAndValue() {
        assertThat(terminal.run("call", "sayy")).isEqualTo(ExitCode.USAGE);
        assertThat(terminal.err()).contains("no tool 'sayy' (did you mean 'say'?)");

        assertThat(terminal.run("call", "say", "--texd", "x")).isEqualTo(ExitCode.USAGE);
        assertThat(terminal.err()).contains("no option '--texd' (did you mean '--text'?)");

        assertThat(terminal.run("call", "say", "--text", "x", "--mood", "kalm")).isEqualTo(ExitCode.USAGE);
        assertThat(terminal.err()).contains("did you mean 'calm'?");

        assertThat(terminal.run("call", "asy")).isEqualTo(ExitCode.USAGE);
        assertThat(terminal.err()).contains("no tool 'asy' (did you mean 'say'?)");

        assertThat(terminal.run("call", "say", "--text", "x", "--tiemout", "3s"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(terminal.err()).contains("no option '--tiemout' (did you mean '--timeout'?)");
    }

    @Test
    void aToolThatSaysNoIsExitCodeOneWithItsReasonOnStderr() {
        assertThat(terminal.run("call", "refuse")).isEqualTo(ExitCode.REFUSED);
        assertThat(terminal.err()).contains("the wind is wrong");
        assertThat(terminal.out()).isEmpty();
    }

    @Test
    void aJsonRpcErrorIsExitCodeOneToo() {
        assertThat(terminal.run("call", "protocol_error")).isEqualTo(ExitCode.REFUSED);
        assertThat(terminal.err()).contains("the worker has no such method").doesNotContain("\tat ");
    }

    @Test
    void aServerThatDoesNotAnswerInTimeIsUnreachable() {
        assertThat(terminal.run("call", "wait", "--timeout", "1s")).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(terminal.err()).contains("1000 ms", "unknown");
        assertThat(terminal.run("call", "wait", "--timeout", "soon")).isEqualTo(ExitCode.USAGE);
        assertThat(terminal.err()).contains("500ms, 30s");
    }

    @Test
    void printsTheTextAndWithJsonTheData() {
        assertThat(terminal.run("call", "say", "--text", "hello there", "--times", "2"))
                .isEqualTo(ExitCode.OK);
        assertThat(terminal.out()).startsWith("hello there (");

        assertThat(terminal.run("call", "--json", "say", "--text=hello")).isEqualTo(ExitCode.OK);
        assertThat(terminal.out()).contains("\"said\" : \"hello (");
    }

    @Test
    void progressGoesToStderr() {
        assertThat(terminal.run("call", "steps")).isEqualTo(ExitCode.OK);
        assertThat(terminal.err()).contains("[ 33 %] one", "[100 %] three");
        assertThat(terminal.out().strip()).isEqualTo("done");
    }

    @Test
    void listsTheToolsAndExplainsEachFromItsSchema() {
        assertThat(terminal.run("call")).isEqualTo(ExitCode.OK);
        assertThat(terminal.out()).contains("say", "Says it back.", "refuse");

        assertThat(terminal.run("call", "say", "--help")).isEqualTo(ExitCode.OK);
        assertThat(terminal.out()).contains("--text=STRING", "(required)", "--mood=calm|cross", "--times=INTEGER");

        assertThat(terminal.run("call", "--help")).isEqualTo(ExitCode.OK);
        assertThat(terminal.out()).contains("Usage: weathervane call [TOOL");
    }

    @Test
    void speaksToAServerOverHttpAsWell() throws Exception {
        try (HttpServer http = TestHttp.start(
                HttpOptions.of("127.0.0.1", 0),
                dispatcher,
                () -> new HealthSource.Health(200, ScriptedTools.json("{}")))) {
            String url = "http://127.0.0.1:" + http.port();

            assertThat(terminal.run("call", "steps", "--url", url)).isEqualTo(ExitCode.OK);
            assertThat(terminal.err()).contains("[ 33 %] one", "[100 %] three");
            assertThat(terminal.run("call", "say", "--text", "x", "--url", url + "/mcp"))
                    .isEqualTo(ExitCode.OK);
            assertThat(terminal.run("call", "refuse", "--url", url)).isEqualTo(ExitCode.REFUSED);
            assertThat(terminal.run("call", "protocol_error", "--url", url)).isEqualTo(ExitCode.REFUSED);
            assertThat(terminal.err()).contains("the worker has no such method");
            assertThat(terminal.run("call", "wait", "--timeout", "300ms", "--url", url))
                    .isEqualTo(ExitCode.UNREACHABLE);
            tools.release.release();
        }
    }

    @Test
    void saysWhatIsWrongWithAUrl() throws IOException {
        assertThat(terminal.run("call", "--url", "localhost:3000")).isEqualTo(ExitCode.USAGE);
        assertThat(terminal.err()).contains("http://127.0.0.1:3000");

        com.sun.net.httpserver.HttpServer other =
                com.sun.net.httpserver.HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.createContext("/", exchange -> {
            byte[] body = "<html>".getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "text/html");
            exchange.sendResponseHeaders(502, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        other.start();
        String url = "http://127.0.0.1:" + other.getAddress().getPort();
        assertThat(terminal.run("call", "--url", url)).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(terminal.err()).contains("no MCP server", "502");
        other.stop(0);
        assertThat(terminal.run("call", "--url", url)).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(terminal.err()).contains("no server answers at " + url);
    }
}

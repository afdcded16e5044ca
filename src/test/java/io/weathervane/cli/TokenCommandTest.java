package io.weathervane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.auth.AuthConfig;
import io.weathervane.auth.TokenHashFileStore;
import io.weathervane.mcp.McpDispatcher;
import io.weathervane.mcp.ServerInfo;
import io.weathervane.testing.ScriptedTools;
import io.weathervane.testing.TestDispatchers;
import io.weathervane.testing.TestHttp;
import io.weathervane.transport.http.CallerLimitOptions;
import io.weathervane.transport.http.HealthSource;
import io.weathervane.transport.http.HttpAccessOptions;
import io.weathervane.transport.http.HttpOptions;
import io.weathervane.transport.http.HttpServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenCommandTest {
    @TempDir
    private Path workspace;

    private Terminal terminal;

    @BeforeEach
    void open() {
        terminal = new Terminal(Map.of("WVO_WORKSPACE_ROOT", workspace.toString()));
    }

    @Test
    void printsATokenOnceAndKeepsItsHashInTheWorkspace() throws Exception {
        assertThat(terminal.run(
                        "token", "create", "--name", "alice", "--role", "viewer,operator", "--role", "approver"))
                .isEqualTo(ExitCode.OK);
        String token = terminal.out().strip();

        assertThat(token).matches("wvt_[A-Za-z0-9_-]{43}");
        assertThat(terminal.err()).contains("server.auth.tokens.file: ").doesNotContain(token);
        assertThat(Files.readString(workspace.resolve("tokens.json"))).doesNotContain(token);

        assertThat(terminal.run("token", "list")).isEqualTo(ExitCode.OK);
        assertThat(terminal.out()).startsWith("alice  viewer,operator,approver  created ");
        assertThat(terminal.run("token", "create", "--name", "alice", "--role", "viewer"))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(terminal.run("token", "revoke", "--name", "alice")).isEqualTo(ExitCode.OK);
        assertThat(terminal.run("token", "revoke", "--name", "alice")).isEqualTo(ExitCode.REFUSED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"90d", "12h", "2999-01-01T00:00:00Z"})
    void aTokenMayExpire(String when) {
        Path file = workspace.resolve("elsewhere/tokens.json");

        assertThat(terminal.run(
                        "token",
                        "create",
                        "--name",
                        "a",
                        "--role",
                        "viewer",
                        "--expires",
                        when,
                        "--file",
                        file.toString()))
                .isEqualTo(ExitCode.OK);
        assertThat(new TokenHashFileStore(file).list().get(0).expires().orElseThrow())
                .isAfter(Instant.now().plus(Duration.ofHours(11)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create",
                "create --name a",
                "create --role viewer",
                "create --name a --role root",
                "create --name a --role viewer --expires soon",
                "create --name a --role viewer --expires 0d",
                "create --name a --role viewer --expires 2001-01-01T00:00:00Z",
                "burn",
                ""
            })
    void saysWhatIsWrongWithTheWords(String words) {
        assertThat(terminal.run(("token " + words).strip().split(" "))).isEqualTo(ExitCode.USAGE);
        assertThat(terminal.err()).contains("weathervane: ");
        assertThat(workspace.resolve("tokens.json")).doesNotExist();
    }

    @Test
    void aCallShowsTheTokenFromAFileOrTheEnvironment() throws Exception {
        terminal.run("token", "create", "--name", "alice", "--role", "viewer");
        String token = terminal.out().strip();
        Path held = Files.writeString(workspace.resolve("held"), token + "\n");
        try (McpDispatcher dispatcher = dispatcher();
                HttpServer http = serve(dispatcher)) {
            String url = "http://127.0.0.1:" + http.port();

            assertThat(terminal.run("call", "say", "--text", "x", "--url", url)).isEqualTo(ExitCode.REFUSED);
            assertThat(terminal.err()).contains("a token is needed");
            assertThat(terminal.run("call", "say", "--text", "x", "--url", url, "--token-file", held.toString()))
                    .isEqualTo(ExitCode.OK);
            assertThat(terminal.out()).startsWith("x (alice)");
            Terminal other = new Terminal(Map.of("WVO_TOKEN", token));
            assertThat(other.run("call", "say", "--text", "x", "--url", url)).isEqualTo(ExitCode.OK);
        }
    }

    @Test
    void aTokenIsNotSentInClearOverTheNetwork() {
        Terminal holding = new Terminal(Map.of("WVO_TOKEN", "wvt_abc"));

        assertThat(holding.run("call", "--url", "http://ops.example.org:3000")).isEqualTo(ExitCode.USAGE);
        assertThat(holding.err()).contains("over https only").doesNotContain("wvt_abc");
        assertThat(new Terminal(Map.of("WVO_TOKEN", "a b")).run("call", "--url", "http://localhost:1"))
                .isEqualTo(ExitCode.USAGE);
    }

    private static McpDispatcher dispatcher() {
        return TestDispatchers.of(new ServerInfo("test", "Test", "0", "-"), new ScriptedTools().registry());
    }

    private HttpServer serve(McpDispatcher dispatcher) {
        Path file = workspace.resolve("tokens.json");
        return TestHttp.start(
                HttpOptions.of("127.0.0.1", 0),
                new HttpAccessOptions(
                        new AuthConfig(Optional.of(file), Optional.empty()),
                        Set.of(),
                        Set.of(),
                        Optional.empty(),
                        CallerLimitOptions.defaults()),
                dispatcher,
                () -> new HealthSource.Health(200, ScriptedTools.json("{}")));
    }
}

package io.weathervane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.app.TestServer;
import io.weathervane.testing.EchoWorker;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code weathervane calls} with a server on the workspace. */
class CallsCommandTest {
    @TempDir
    private Path folder;

    private TestServer server;
    private Terminal terminal;

    @BeforeEach
    void start() {
        server = TestServer.start(
                folder,
                "workers: {releases: {stable: {kind: mcp, command: [" + String.join(", ", EchoWorker.command())
                        + "]}}}");
        terminal = new Terminal(Map.of("WVO_WORKSPACE_ROOT", folder.toString()));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void saysWhatItWants() {
        assertThat(terminal.run("calls")).isEqualTo(ExitCode.USAGE);
        assertThat(terminal.err()).contains("calls wants one of block, unblock, list");
        assertThat(run("calls", "stop")).isEqualTo(ExitCode.USAGE);
        assertThat(run("calls", "unblock", "--reason", "x")).isEqualTo(ExitCode.USAGE);
        assertThat(terminal.err()).contains("wants the ID of a block first");
        assertThat(run("calls", "block", "--scope", "some")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void blocksListsAndLetsThroughAgain() {
        assertThat(run("calls", "block", "--tool", "ec*", "--reason", "by hand"))
                .isEqualTo(ExitCode.OK);
        assertThat(terminal.out()).contains("Done. BLOCKED: all calls of ec*");
        assertThat(server.refused("echo", "{'text': 'hello'}")).contains("by hand");

        assertThat(run("calls", "list")).isEqualTo(ExitCode.OK);
        assertThat(terminal.out()).contains("BLOCKED: all calls of ec*", "by hand", "(tool:ec*)");

        assertThat(run("calls", "unblock", "tool:nothing", "--reason", "x")).isEqualTo(ExitCode.REFUSED);
        assertThat(terminal.out() + terminal.err()).contains("There is no block tool:nothing");
        assertThat(run("calls", "unblock", "tool:ec*", "--reason", "mended", "--approver", "dana"))
                .isEqualTo(ExitCode.OK);
        assertThat(terminal.out()).contains("No calls are blocked.");
        assertThat(server.textOf("echo", "{'text': 'hello'}")).contains("hello");
    }

    private int run(String... words) {
        terminal = new Terminal(Map.of("WVO_WORKSPACE_ROOT", folder.toString()));
        return terminal.run(words);
    }
}

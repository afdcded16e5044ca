package io.weathervane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.app.TestServer;
import io.weathervane.testing.Await;
import io.weathervane.testing.EchoWorker;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code weathervane flags} with a server on the workspace. */
@Timeout(120)
class FlagsCommandTest {
    private static final String YAML = """
        flags:
          - {key: OLD_PLANNER, type: boolean, default: "0", description: plans, owner: payments, expires: 2020-01-31}
          - {key: NEW_PLANNER, type: boolean, default: "0", description: plans, owner: search, expires: 2999-12-31}
        workers: {releases: {stable: {kind: mcp, command: [%s]}}}
        """.formatted(String.join(", ", EchoWorker.command()));

    @TempDir
    private Path folder;

    private TestServer server;
    private Terminal terminal;

    @BeforeEach
    void start() {
        server = TestServer.start(folder, YAML);
        terminal = new Terminal(Map.of("WVO_WORKSPACE_ROOT", folder.toString()));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void saysWhatItWants() {
        assertThat(terminal.run("flags", "set")).isEqualTo(ExitCode.USAGE);
        assertThat(terminal.err()).contains("flags set wants KEY=VALUE");
        assertThat(terminal.run("flags", "set", "NEW_PLANNER")).isEqualTo(ExitCode.USAGE);
        assertThat(terminal.run("flags", "NO_FLAG")).isEqualTo(ExitCode.REFUSED);
        assertThat(terminal.run("flags", "set", "NEW_PLANNER=maybe")).isEqualTo(ExitCode.REFUSED);
        assertThat(terminal.run("flags", "-f", "--nonsense")).isEqualTo(ExitCode.USAGE);
        assertThat(terminal.err()).contains("--nonsense");
    }

    @Test
    void listsOwnersAndNamesTheStaleOnes() {
        assertThat(terminal.run("flags")).isEqualTo(ExitCode.OK);

        assertThat(terminal.out())
                .contains("OLD_PLANNER = 0  [stale: expired 2020-01-31, owner payments]")
                .contains("NEW_PLANNER = 0  [expires 2999-12-31, owner search]")
                .contains("DISABLE_NEW = 0");
        assertThat(server.health().path("notes").toString())
                .contains("flags that the configuration has past their expiry: OLD_PLANNER")
                .doesNotContain("NEW_PLANNER");
        assertThat(server.health().path("status").asString("")).isEqualTo("ok");
    }

    @Test
    void setsSeveralAtOnceAndShowsWhoChangedThemAndWhy() {
        assertThat(terminal.run("flags", "set", "NEW_PLANNER=1", "OLD_PLANNER=1", "--reason", "a trial"))
                .isEqualTo(ExitCode.OK);
        assertThat(terminal.run("flags", "NEW_PLANNER")).isEqualTo(ExitCode.OK);
        assertThat(terminal.out()).contains("NEW_PLANNER = 1");

        assertThat(terminal.run("flags", "reset", "NEW_PLANNER")).isEqualTo(ExitCode.OK);
        assertThat(terminal.run("flags", "history", "NEW_PLANNER", "--limit", "5"))
                .isEqualTo(ExitCode.OK);
        assertThat(terminal.out()).containsPattern("NEW_PLANNER: 0 -> 1  by [^:]+: a trial");
    }

    @Test
    void followsChangesAndGoesOnAfterARestart() throws InterruptedException {
        AtomicInteger ended = new AtomicInteger(-1);
        Thread following = new Thread(() -> ended.set(terminal.run("flags", "-f")));
        following.start();
        Await.until("the flags are shown", () -> terminal.out().contains("NEW_PLANNER = 0"));

        server.done("mcp_admin_flags", "{'action': 'set', 'flags': {'NEW_PLANNER': '1'}, 'reason': 'a trial'}");
        Await.until("the change is shown", () -> terminal.out().contains("NEW_PLANNER: 0 -> 1"));
        assertThat(terminal.out()).contains("by alice: a trial");

        server.close();
        Await.until("the loss is shown", () -> terminal.out().contains("the server does not answer"));
        server = TestServer.start(folder, YAML);
        Await.until("the return is shown", () -> terminal.out().contains("the server answers again"));
        server.done("kill_switch_engage", "{'reason': 'an incident'}");
        Await.until("the safe default is shown", () -> terminal.out().contains("NEW_PLANNER: 1 -> 0"));

        following.interrupt();
        following.join();
        assertThat(ended).hasValue(ExitCode.INTERRUPTED);
    }
}

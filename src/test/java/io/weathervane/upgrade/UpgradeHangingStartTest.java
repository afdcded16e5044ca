package io.weathervane.upgrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.app.TestServer;
import io.weathervane.audit.Actor;
import io.weathervane.testing.Await;
import io.weathervane.testing.ShellWorker;
import io.weathervane.util.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** Canaries that hang at their start, and may do so for ten minutes: a request for their end need not wait. */
class UpgradeHangingStartTest {
    @RegisterExtension
    static final TestUpgrades upgrades = TestUpgrades.ofShells(Clock.systemUTC());

    @BeforeEach
    void forgetWhoBlocked() throws IOException {
        Files.deleteIfExists(upgrades.folder().resolve("blocked"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"canary", "restart"})
    void isAbortedAtOnceAndSaysByWhom(String step) throws Exception {
        String id = upgrades.begin(ShellWorker.command(step), "{'id': 'hangs-" + step + "', 'promote': true}");
        long hanging = ShellWorker.awaitBlocked(upgrades.folder());
        assertThat(upgrades.step(id)).isEqualTo(step);

        ObjectNode done = upgrades.tools().done("upgrade_abort", "{'reason': 'it hangs'}");

        assertThat(done.path("status").asString("")).isEqualTo("aborted");
        assertThat(done.path("step").asString("")).isEqualTo(step);
        assertThat(done.path("reason").asString("")).isEqualTo("aborted by alice: it hangs");
        assertGone(hanging);
        upgrades.assertNothingLeft(id);
    }

    @Test
    void theNextUpgradeStartsItsCanaryAgain() throws Exception {
        upgrades.begin(ShellWorker.command("canary"), "{'id': 'hung', 'skip_promote': true}");
        ShellWorker.awaitBlocked(upgrades.folder());
        upgrades.tools().done("upgrade_abort", "{}");

        ObjectNode done = upgrades.run(ShellWorker.command("well"), "{'id': 'after-hung', 'skip_promote': true}");

        assertThat(done.path("status").asString("")).as(done.toPrettyString()).isEqualTo("shadow-passed");
    }

    @Test
    void whatDoesNotStopInTimeIsNotSaidToBeStopped() throws Exception {
        Path hold = Files.createFile(upgrades.folder().resolve("hold"));
        String id = upgrades.begin(ShellWorker.command("hold"), "{'id': 'busy', 'promote': true}");
        ShellWorker.awaitBlocked(upgrades.folder());

        assertThatThrownBy(() -> upgrades.tools()
                        .upgrades()
                        .abort(Optional.of(id), new Actor("alice"), Optional.empty(), Duration.ZERO))
                .isInstanceOf(UpgradeRefusedException.class)
                .hasMessageContaining("busy was asked to stop and has not yet: it stops as soon as the step promote");

        Files.delete(hold);
        ObjectNode done = upgrades.awaitEnd(id);
        assertThat(done.path("status").asString("")).as(done.toPrettyString()).isEqualTo("aborted");
        assertThat(done.path("reason").asString("")).isEqualTo("aborted by alice");
        upgrades.assertNothingLeft(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"canary", "restart"})
    void theServerEndsWithoutWaitingForIt(String step, @TempDir Path folder) throws Exception {
        long hanging;
        try (TestServer server = TestUpgrades.shells(folder)) {
            ObjectNode arguments =
                    TestUpgrades.arguments(ShellWorker.command(step), "{'id': 'left', 'promote': true, 'wait': false}");
            server.done("upgrade_run", arguments.toString());
            hanging = ShellWorker.awaitBlocked(folder);

            Thread closing = Threads.daemon("close", server::close);
            closing.start();

            Await.until("the server has ended", () -> !closing.isAlive());
        }
        assertGone(hanging);
        try (TestServer next = TestUpgrades.shells(folder)) {
            ObjectNode left = next.done("upgrade_status", "{'id': 'left'}");
            assertThat(left.path("status").asString("")).isEqualTo("aborted");
            assertThat(left.path("reason").asString("")).isEqualTo("the server was shut down");
        }
    }

    private static void assertGone(long pid) {
        Await.until(
                "process " + pid + " is gone",
                () -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
    }
}

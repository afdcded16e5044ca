package io.weathervane.worker.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.weathervane.util.OsUser;
import io.weathervane.util.PasswdEntry;
import io.weathervane.util.Ticker;
import io.weathervane.worker.HealthProbeSpec;
import io.weathervane.worker.InheritedEnvironment;
import io.weathervane.worker.LaunchSpec;
import io.weathervane.worker.ReleaseDefinitionCodec;
import io.weathervane.worker.SampleReleases;
import io.weathervane.worker.ServiceName;
import io.weathervane.worker.TestWorkers;
import io.weathervane.worker.WorkerActionRefusedException;
import io.weathervane.worker.WorkerProtocol;
import io.weathervane.worker.WorkerRelease;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A release that names another OS user. What needs root is tried where the tests run as root. */
class OtherUserTest {
    private static final String OTHER = "nobody";

    @TempDir
    private Path folder;

    @Test
    void anUnknownUserIsRefusedInWords() {
        assertThatThrownBy(() -> WorkerProcess.spawn(
                        ServiceName.DEFAULT, as("no-such-user-here", "true"), TestWorkers.mark(), Ticker.system()))
                .isInstanceOf(WorkerActionRefusedException.class)
                .hasMessageContaining("no-such-user-here")
                .hasMessageContaining("no user of that name");
    }

    @Test
    void withoutRootItIsRefusedAndNotRunAsOurselves() {
        assumeTrue(!PasswdEntry.isRoot() && PasswdEntry.find(OTHER).isPresent());

        assertThatThrownBy(() -> WorkerProcess.spawn(
                        ServiceName.DEFAULT, as(OTHER, "touch ran"), TestWorkers.mark(), Ticker.system()))
                .isInstanceOf(WorkerActionRefusedException.class)
                .hasMessageContaining("only a server that runs as root");

        assertThat(folder.resolve("ran")).doesNotExist();
    }

    @Test
    void theServersOwnUserNeedsNothing() throws Exception {
        WorkerProcess process = WorkerProcess.spawn(
                ServiceName.DEFAULT, as(OsUser.name(), "id -un"), TestWorkers.mark(), Ticker.system());

        assertThat(output(process)).isEqualTo(OsUser.name());
    }

    @Test
    void itRunsAsTheUserWithItsGroupsAndHomeAndWithoutPrivileges() throws Exception {
        assumeRoot();
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        PasswdEntry account = PasswdEntry.find(OTHER).orElseThrow();
        WorkerProcess process = WorkerProcess.spawn(
                ServiceName.DEFAULT,
                as(
                        OTHER,
                        "id -u; id -G; echo $HOME $USER $LOGNAME; grep -E 'CapEff|CapInh|NoNewPrivs'"
                                + " /proc/self/status"),
                TestWorkers.mark(),
                Ticker.system());

        assertThat(output(process).split("\\s+"))
                .containsExactly(
                        Long.toString(account.id()),
                        Long.toString(account.group()),
                        account.home(),
                        OTHER,
                        OTHER,
                        "CapInh:",
                        "0000000000000000",
                        "CapEff:",
                        "0000000000000000",
                        "NoNewPrivs:",
                        "1");
    }

    @Test
    void itIsEndedLikeAnyOther() throws Exception {
        assumeRoot();
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        WorkerProcess process = WorkerProcess.spawn(
                ServiceName.DEFAULT,
                as(OTHER, "trap '' TERM; sleep 600; sleep 600"),
                TestWorkers.mark(),
                Ticker.system());

        process.stop(Duration.ofMillis(200));

        assertThat(process.alive()).isFalse();
    }

    @Test
    void aFolderThatTheUserCannotEnterIsRefused() throws Exception {
        assumeRoot();
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));

        assertThatThrownBy(() -> WorkerProcess.spawn(
                        ServiceName.DEFAULT, as(OTHER, "true"), TestWorkers.mark(), Ticker.system()))
                .isInstanceOf(WorkerActionRefusedException.class)
                .hasMessageContaining("cannot enter the folder " + folder);
    }

    @Test
    void theUserIsPartOfTheStoredRelease() {
        WorkerRelease release = as(OTHER, "true");

        assertThat(ReleaseDefinitionCodec.read(ReleaseDefinitionCodec.write(release)))
                .contains(release);
        assertThat(ReleaseDefinitionCodec.write(release))
                .isNotEqualTo(ReleaseDefinitionCodec.write(as("root", "true")));
        assertThat(ReleaseDefinitionCodec.read(ReleaseDefinitionCodec.write(SampleReleases.shell("a", "true")))
                        .orElseThrow()
                        .user())
                .isEmpty();
    }

    private static void assumeRoot() {
        assumeTrue(PasswdEntry.isRoot() && PasswdEntry.find(OTHER).isPresent());
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")) || Files.isExecutable(Path.of("/bin/setpriv")));
    }

    private WorkerRelease as(String user, String script) {
        return new WorkerRelease(
                "a",
                WorkerProtocol.MCP,
                new LaunchSpec(
                        List.of("sh", "-c", script),
                        Map.of(),
                        Optional.of(folder),
                        Optional.of(user),
                        InheritedEnvironment.none()),
                HealthProbeSpec.defaults(WorkerProtocol.MCP),
                Duration.ofSeconds(30),
                List.of());
    }

    private static String output(WorkerProcess process) throws IOException, InterruptedException {
        String said = new String(process.stdout().readAllBytes(), StandardCharsets.UTF_8);
        process.awaitExit(Duration.ofSeconds(20));
        return said.strip();
    }
}

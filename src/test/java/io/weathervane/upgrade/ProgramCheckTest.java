package io.weathervane.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.upgrade.PreflightCheckResult.Result;
import io.weathervane.worker.InheritedEnvironment;
import io.weathervane.worker.LaunchSpec;
import io.weathervane.worker.WorkerProtocol;
import io.weathervane.worker.WorkerRelease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the preflight looks for programs: where their start will. */
final class ProgramCheckTest {
    /** A user of every system, which the tests do not run as. */
    private static final String OTHER = "nobody";

    @TempDir
    private Path folder;

    private Path staging;
    private Path serverPath;
    private Path ownPath;

    @BeforeEach
    void makeFolders() throws IOException {
        staging = Files.createDirectories(folder.resolve("upgrade/v2/staging"));
        serverPath = Files.createDirectories(folder.resolve("server"));
        ownPath = Files.createDirectories(folder.resolve("own"));
    }

    @Test
    void aProgramInTheStagingFolderOfAnotherUpgradeIsMissing() {
        PreflightCheckResult check = built(true)
                .canary(release(folder.resolve("upgrade/v1/staging/server").toString(), Optional.empty(), false));

        assertThat(check.result()).isEqualTo(Result.FAILED);
        assertThat(check.found()).contains("v1/staging/server is not found");
    }

    @Test
    void aPathThatLeavesTheStagingFolderIsMissing() {
        PreflightCheckResult check =
                built(true).canary(release(staging + "/../../staging/server", Optional.empty(), false));

        assertThat(check.result()).isEqualTo(Result.FAILED);
    }

    @Test
    void aFolderThatIsOnlyNamedStagingIsNotTheUpgrades() {
        PreflightCheckResult check = built(true).canary(release("/opt/staging/server", Optional.empty(), false));

        assertThat(check.result()).isEqualTo(Result.FAILED);
    }

    @Test
    void withoutABuildNothingWillBeInTheStagingFolder() {
        PreflightCheckResult check = built(false).canary(release(staging + "/server", Optional.empty(), false));

        assertThat(check.result()).isEqualTo(Result.FAILED);
    }

    @Test
    void aProgramOfTheStagingFolderIsToBeBuilt() {
        PreflightCheckResult check = built(true).canary(release(staging + "/server", Optional.empty(), false));

        assertThat(check.result()).isEqualTo(Result.OK);
        assertThat(check.found()).contains("is to be built");
    }

    @Test
    void theServersOwnUserGetsTheProgramOfTheServersPath() throws IOException {
        program(serverPath.resolve("tool"));

        PreflightCheckResult check = built(false).canary(release("tool", Optional.empty(), true));

        assertThat(check.result()).isEqualTo(Result.OK);
        assertThat(check.found()).isEqualTo(serverPath.resolve("tool").toString());
    }

    @Test
    void theServersOwnUserDoesNotGetAProgramOfTheReleasesPath() throws IOException {
        program(ownPath.resolve("tool"));

        assertThat(built(false).canary(release("tool", Optional.empty(), true)).result())
                .isEqualTo(Result.FAILED);
    }

    @Test
    void anotherUserDoesNotGetAProgramOfTheServersPathWhenTheReleaseHasItsOwn() throws IOException {
        program(serverPath.resolve("tool"));

        assertThat(built(false)
                        .canary(release("tool", Optional.of(OTHER), true))
                        .result())
                .isEqualTo(Result.FAILED);
    }

    @Test
    void whetherAnotherUserMayRunAProgramBelowAPrivateFolderIsUnknown() throws IOException {
        program(ownPath.resolve("tool")); // below the test's folder, which is its owner's alone

        PreflightCheckResult check = built(false).canary(release("tool", Optional.of(OTHER), true));

        assertThat(check.result()).isEqualTo(Result.WARNING);
        assertThat(check.found()).contains(ownPath.resolve("tool").toString(), "the user nobody", "unknown");
    }

    @Test
    void aProgramThatAllMayRunIsGoodForAnotherUser() {
        PreflightCheckResult check = new ProgramCheck(folder, staging, false, "/usr/bin:/bin")
                .canary(release("sh", Optional.of(OTHER), false));

        assertThat(check.result()).isEqualTo(Result.OK);
    }

    private ProgramCheck built(boolean isBuilt) {
        return new ProgramCheck(folder, staging, isBuilt, serverPath.toString());
    }

    private WorkerRelease release(String program, Optional<String> user, boolean hasOwnPath) {
        return WorkerRelease.of(
                "v2",
                WorkerProtocol.MCP,
                new LaunchSpec(
                        List.of(program),
                        hasOwnPath ? Map.of("PATH", ownPath.toString()) : Map.of(),
                        Optional.of(folder),
                        user,
                        InheritedEnvironment.none()));
    }

    private static void program(Path file) throws IOException {
        Files.writeString(file, "#!/bin/sh\n");
        assertThat(file.toFile().setExecutable(true, /* ownerOnly= */ false)).isTrue();
    }
}

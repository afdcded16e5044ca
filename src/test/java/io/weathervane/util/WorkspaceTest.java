package io.weathervane.util;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkspaceTest {
    @TempDir
    private Path folder;

    @Test
    void refusesAFolderThatIsNotThereAndNamesIt() {
        Path missing = folder.resolve("missing");

        assertThatThrownBy(() -> Workspace.in(missing))
                .isInstanceOf(WorkspaceException.class)
                .hasMessageContaining(missing.toString())
                .hasMessageContaining("--workspace");
    }

    @Test
    void refusesAFile() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "x");

        assertThatThrownBy(() -> Workspace.locate(Optional.empty(), Map.of("WVO_WORKSPACE_ROOT", file.toString())))
                .isInstanceOf(WorkspaceException.class)
                .hasMessageContaining("is not a folder")
                .hasMessageContaining("WVO_WORKSPACE_ROOT");
    }

    @Test
    void saysWhichFolderItCouldNotMake() throws IOException {
        Files.writeString(folder.resolve("state"), "a file in the way");

        assertThatThrownBy(() -> Workspace.in(folder).create())
                .isInstanceOf(WorkspaceException.class)
                .hasMessageContaining(folder.toRealPath().resolve("state").toString())
                .hasMessageContaining("is there already, and is no folder")
                .hasMessageNotContaining("Exception");
    }

    @Test
    void anEmptyOptionIsNotTheCurrentFolder() {
        assertThatThrownBy(() -> Workspace.locate(Optional.of(Path.of("")), Map.of()))
                .isInstanceOf(WorkspaceException.class)
                .hasMessageContaining("--workspace is empty");
    }

    @Test
    void anOptionWinsOverTheEnvironment() throws IOException {
        Path named = Files.createDirectory(folder.resolve("named"));

        Workspace workspace = Workspace.locate(Optional.of(named), Map.of("WVO_WORKSPACE_ROOT", folder.toString()));

        assertThat(workspace.root()).isEqualTo(named.toRealPath());
    }

    @Test
    void theEnvironmentNamesTheRootAndMovesTheState() throws IOException {
        Map<String, String> environment =
                Map.of("WVO_WORKSPACE_ROOT", folder.toString(), "WVO_STATE_ROOT", "elsewhere");

        Workspace workspace = Workspace.locate(Optional.empty(), environment).create();

        Path state = folder.toRealPath().resolve("elsewhere");
        assertThat(workspace.database()).isEqualTo(state.resolve("orchestrator.db"));
        assertThat(state.resolve("analytics")).isDirectory();
        assertThat(folder.resolve(".codex/sessions")).isDirectory();
    }

    @Test
    void aLinkAndItsTargetAreOneWorkspace() throws IOException {
        Path target = Files.createDirectory(folder.resolve("target"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), target);

        assertThat(Workspace.in(link)).isEqualTo(Workspace.in(target));
    }
}

package io.weathervane.cli;

import io.weathervane.util.Workspace;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that says which workspace is meant. */
final class WorkspaceOption {
    @Option(
            names = "--workspace",
            paramLabel = "DIR",
            description = "The workspace; without it WVO_WORKSPACE_ROOT, or the current folder.")
    private @Nullable Path workspace;

    public Workspace locate(Map<String, String> environment) {
        return Workspace.locate(Optional.ofNullable(workspace), environment);
    }
}

package io.weathervane.util;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Folders of one workspace. Both are absolute and, as far as they exist, free of links, so that two paths to the same
 * folder give one workspace.
 *
 * @param root the folder the operator works in
 * @param state what the server keeps: {@code state/} in the root, unless it was moved
 */
public record Workspace(Path root, Path state) {
    /** Names the root when no option does; the current folder when nothing does. */
    public static final String ROOT_VARIABLE = "WVO_WORKSPACE_ROOT";

    /** Names the folder that takes the place of {@code state/}; a relative one is meant from the root. */
    public static final String STATE_VARIABLE = "WVO_STATE_ROOT";

    /** The workspace in this folder, with its state in {@code state/}. */
    public static Workspace in(Path root) {
        return locate(Optional.of(root), Map.of());
    }

    /**
     * Finds the workspace: the option, else the environment, else the current folder. Makes nothing.
     *
     * @throws WorkspaceException when the root is missing, is no folder or cannot be read, or a link in it leads to what is
     *     not its maker's
     */
    public static Workspace locate(Optional<Path> option, Map<String, String> environment) {
        Path root = root(option, environment);
        String source = option.isPresent() ? "--workspace" : ROOT_VARIABLE;
        Path real = readable(root, source);
        Path state = named(environment, STATE_VARIABLE).map(real::resolve).orElse(real.resolve("state"));
        WorkspacePermissions.requireOwnPaths(real, state.normalize());
        return new Workspace(real, withoutLinks(state));
    }

    /**
     * Makes the root where it is missing, for a command that needs nothing in it beforehand.
     *
     * @throws WorkspaceException when it cannot be made
     */
    public static void make(Optional<Path> option, Map<String, String> environment) {
        Path root = root(option, environment).toAbsolutePath().normalize();
        if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
            createFolder(root);
        }
    }

    /** The same for its owner alone. */
    public Workspace create() {
        return create(Optional.empty());
    }

    /**
     * Makes the folders that a server writes to, for their owner and the operators' group alone; what is there and wider
     * is narrowed. Says which one it could not make, or may not write to.
     *
     * @throws WorkspaceException also when the workspace is another user's, or there is no such group
     */
    public Workspace create(Optional<String> operatorsGroup) {
        WorkspacePermissions.requireUsable(this, /* asOperator= */ false);
        for (Path folder : List.of(state, analytics(), sessions())) {
            try {
                PrivateFiles.createFolders(folder);
            } catch (IOException e) {
                throw new WorkspaceException(
                        "cannot make the folder " + folder + ": " + FileErrorMessages.reason(e), e);
            }
            if (!Files.isWritable(folder)) {
                throw new WorkspaceException(
                        "the folder " + folder + " cannot be written to: check its owner and mode");
            }
        }
        Workspace made = new Workspace(root, withoutLinks(state));
        new WorkspacePermissions(made, operatorsGroup).narrow();
        return made;
    }

    /**
     * The state folder, when a server has made it.
     *
     * @throws WorkspaceException when none has, or it is another user's and not shared with a group of this one's
     */
    public Path existingState() {
        if (!Files.isDirectory(state)) {
            throw new WorkspaceException("no server has run in the workspace " + root + " yet (" + state
                    + " is missing): start one with `scripts/weathervane serve`, or name another with --workspace");
        }
        WorkspacePermissions.requireUsable(this, /* asOperator= */ true);
        return state;
    }

    public Path database() {
        return state.resolve("orchestrator.db");
    }

    public Path analytics() {
        return state.resolve("analytics");
    }

    public Path incidents() {
        return state.resolve("incidents");
    }

    /** One folder for each run of a server, with its log in {@code messages.log}. */
    public Path sessions() {
        return root.resolve(".codex").resolve("sessions");
    }

    public Path upgrades() {
        return root.resolve("experiments").resolve("mcp").resolve("upgrade");
    }

    /** The configuration read when none is named; it need not exist. */
    public Path defaultConfig() {
        return root.resolve("weathervane.yaml");
    }

    private static void createFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new WorkspaceException("cannot make the folder " + folder + ": " + FileErrorMessages.reason(e), e);
        }
    }

    /** An option without a value is a variable of a script that is not set; the current folder is not what it meant. */
    private static Path root(Optional<Path> option, Map<String, String> environment) {
        option.filter(folder -> folder.toString().isBlank()).ifPresent(empty -> {
            throw new WorkspaceException(
                    "--workspace is empty: name a folder, or leave the option out for the current one");
        });
        return option.or(() -> named(environment, ROOT_VARIABLE)).orElse(Path.of(""));
    }

    private static Path readable(Path root, String source) {
        Path absolute = root.toAbsolutePath().normalize();
        WorkspacePermissions.requireOwnRoot(absolute);
        String named = "the workspace " + absolute + " (" + source + ")";
        if (!Files.exists(absolute)) {
            throw new WorkspaceException(named + " does not exist: make the folder or name another with --workspace");
        }
        if (!Files.isDirectory(absolute)) {
            throw new WorkspaceException(named + " is not a folder");
        }
        if (!Files.isReadable(absolute) || !Files.isExecutable(absolute)) {
            throw new WorkspaceException(named + " cannot be read: check its owner and mode");
        }
        return withoutLinks(absolute);
    }

    private static Path withoutLinks(Path path) {
        try {
            return Files.exists(path)
                    ? path.toRealPath()
                    : path.toAbsolutePath().normalize();
        } catch (IOException e) {
            throw new WorkspaceException("cannot follow " + path + ": " + FileErrorMessages.reason(e), e);
        }
    }

    private static Optional<Path> named(Map<String, String> environment, String variable) {
        String value = environment.getOrDefault(variable, "");
        try {
            return value.isBlank() ? Optional.empty() : Optional.of(Path.of(value));
        } catch (InvalidPathException e) {
            throw new WorkspaceException(variable + " is no path: " + e.getMessage(), e);
        }
    }
}

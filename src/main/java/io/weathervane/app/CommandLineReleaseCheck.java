package io.weathervane.app;

import io.weathervane.config.CommandLineRelease;
import io.weathervane.store.Database;
import io.weathervane.store.SqliteDatabase;
import io.weathervane.store.StoreOptions;
import io.weathervane.transport.socket.WorkspaceOwnerInfo;
import io.weathervane.util.ExecutableFinder;
import io.weathervane.util.Redactor;
import io.weathervane.util.Workspace;
import io.weathervane.worker.ReleaseStore;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The command that {@code weathervane run} was given, and what would make it the wrong one. */
record CommandLineReleaseCheck(CommandLineRelease release) {
    List<String> words() {
        return release.command();
    }

    /**
     * One workspace is in front of one command: a client that asked for another must not get this one's tools.
     *
     * @throws WorkerCommandRefusedException when the owner was started with another command
     */
    static void refuseOther(Optional<WorkspaceOwnerInfo> owner, List<String> words) {
        owner.filter(other -> !other.command().isEmpty() && !other.command().equals(words))
                .ifPresent(other -> {
                    throw new WorkerCommandRefusedException("this workspace is in front of another command, `"
                            + Redactor.cleanCommand(other.command()) + "`: " + other.describe()
                            + ". Give this one a workspace of its own with --workspace, or stop that server first.");
                });
    }

    /**
     * A mistyped command is said at once; a server that has other releases to run goes on with those.
     *
     * @throws WorkerCommandRefusedException when the program is not there and no release was active before
     */
    void refuseUnlessFound(Workspace workspace, Map<String, String> environment) {
        if (!isFound(environment.getOrDefault("PATH", "")) && !hasRun(workspace)) {
            throw new WorkerCommandRefusedException(missing(environment.getOrDefault("PATH", "")));
        }
    }

    private String missing(String path) {
        String program = words().get(0);
        return ExecutableFinder.notExecutable(program, release.folder(), path)
                .map(file ->
                        "the command " + file + " is not executable; chmod +x it, or write what runs it in front of it")
                .orElseGet(() -> "command not found: " + program + (isFolder(program) ? " is a folder" : ""));
    }

    private boolean isFolder(String program) {
        return program.contains(File.separator)
                && Files.isDirectory(release.folder().resolve(program));
    }

    private boolean isFound(String path) {
        String program = words().get(0);
        try {
            return program.contains(File.separator)
                    ? isProgram(release.folder().resolve(program))
                    : folders(path).anyMatch(folder -> isProgram(folder.resolve(program)));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private Stream<Path> folders(String path) {
        return Arrays.stream(path.split(File.pathSeparator)).map(release.folder()::resolve);
    }

    private static boolean isProgram(Path file) {
        return Files.isRegularFile(file) && Files.isExecutable(file);
    }

    private static boolean hasRun(Workspace workspace) {
        if (!Files.exists(workspace.database())) {
            return false;
        }
        try (Database database = SqliteDatabase.open(workspace.database(), StoreOptions.defaults())) {
            return database.read(ReleaseStore::hasActive);
        }
    }
}

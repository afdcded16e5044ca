package io.weathervane.upgrade;

import io.weathervane.util.ExecutableFinder;
import io.weathervane.util.OsUser;
import io.weathervane.util.SafeText;
import io.weathervane.worker.WorkerRelease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;

/**
 * Checks that a program is there before an upgrade needs it: it is looked for as its start will look for it. The JDK looks on the
 * server's own PATH, whatever the release's environment says; {@code setpriv}, which starts the program of a release with {@code user},
 * looks on the PATH that the program gets.
 */
final class ProgramCheck {
    private final Path workspace;
    private final Path staging;
    private final boolean isBuilt;
    private final String serverPath;

    /**
     * @param staging the staging folder of this upgrade: what a build puts there cannot be looked for before
     * @param isBuilt whether the upgrade has a build or a test, which may put something there
     * @param serverPath the server's own PATH
     */
    ProgramCheck(Path workspace, Path staging, boolean isBuilt, String serverPath) {
        this.workspace = workspace;
        this.staging = staging.toAbsolutePath().normalize();
        this.isBuilt = isBuilt;
        this.serverPath = serverPath;
    }

    /** The shell of build and test. */
    PreflightCheckResult shell() {
        return check("shell", "sh", workspace, serverPath, serverPath);
    }

    PreflightCheckResult canary(WorkerRelease release) {
        if (release.remote().isPresent()) {
            return PreflightCheckResult.passed("canary's server", release.where() + " is not started by this server");
        }
        String name = "canary's program";
        String program = release.command().get(0);
        Path folder = release.folder().orElse(workspace);
        String ownPath = release.environment().getOrDefault("PATH", serverPath);
        return otherUser(release)
                .map(user -> ofUser(check(name, program, folder, ownPath, ownPath), user, program, folder, ownPath))
                .orElseGet(() -> check(name, program, folder, serverPath, ownPath));
    }

    private static Optional<String> otherUser(WorkerRelease release) {
        return release.user().filter(user -> !user.equals(OsUser.name()));
    }

    /**
     * @param searched the PATH on which the program is looked for
     * @param ownPath the PATH that it gets, and looks for its interpreter on
     */
    private PreflightCheckResult check(String name, String program, Path folder, String searched, String ownPath) {
        Optional<Path> file = ExecutableFinder.find(program, folder, searched);
        if (file.isPresent()) {
            return found(name, file.get(), folder, ownPath);
        }
        return isBuilt && isInStaging(program, folder)
                ? PreflightCheckResult.passed(name, program + " is to be built")
                : PreflightCheckResult.failed(name, missing(program, folder, searched));
    }

    private boolean isInStaging(String program, Path folder) {
        try {
            return program.contains("/")
                    && folder.resolve(program).toAbsolutePath().normalize().startsWith(staging);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** A script starts only when the interpreter of its first line does. */
    private static PreflightCheckResult found(String name, Path file, Path folder, String ownPath) {
        return ExecutableFinder.missingInterpreter(file, folder, ownPath)
                .map(interpreter -> PreflightCheckResult.failed(
                        name,
                        file + " names " + SafeText.quoted(interpreter)
                                + " in its first line, which is not a program here; install it or correct the line"))
                .orElseGet(() -> PreflightCheckResult.passed(name, file.toString()));
    }

    private static String missing(String program, Path folder, String searched) {
        return ExecutableFinder.notExecutable(program, folder, searched)
                .map(file -> file + " is not executable; chmod +x it, or write what runs it in front of it")
                .orElseGet(
                        () -> program + " is not found " + (program.contains("/") ? "from " + folder : "on the PATH"));
    }

    /** What the server may run another user may not: that is told by modes and owners only where they permit all users. */
    private static PreflightCheckResult ofUser(
            PreflightCheckResult check, String user, String program, Path folder, String searched) {
        Optional<Path> file = check.ok() ? ExecutableFinder.find(program, folder, searched) : Optional.empty();
        return file.isEmpty() || mayRun(file.get(), user)
                ? check
                : PreflightCheckResult.warned(
                        check.name(),
                        file.get() + " is there; whether the user " + user
                                + " may run it is unknown until it starts: not all users may, by its mode or that of a folder above it");
    }

    /** Whether the user surely may: its groups are not looked at. */
    private static boolean mayRun(Path file, String user) {
        try {
            for (Path one = file.toRealPath(); one != null; one = one.getParent()) {
                PosixFileAttributes attributes = Files.readAttributes(one, PosixFileAttributes.class);
                Set<PosixFilePermission> mode = attributes.permissions();
                boolean permitted = attributes.owner().getName().equals(user)
                        ? mode.contains(PosixFilePermission.OWNER_EXECUTE)
                        : mode.contains(PosixFilePermission.OTHERS_EXECUTE)
                                && mode.contains(PosixFilePermission.GROUP_EXECUTE);
                if (!permitted) {
                    return false;
                }
            }
            return true;
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}

package io.weathervane.worker.process;

import io.weathervane.util.OsUser;
import io.weathervane.util.PasswdEntry;
import io.weathervane.worker.WorkerActionRefusedException;
import io.weathervane.worker.WorkerRelease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Another OS user that a worker runs as, by {@code setpriv}: with its groups, without root's privileges and without a way
 * to get any. Whatever is in the way is a refusal: a worker never runs as the server's user instead.
 */
final class RunAsUser {
    private static final List<Path> PLACES =
            List.of(Path.of("/usr/bin/setpriv"), Path.of("/bin/setpriv"), Path.of("/usr/sbin/setpriv"));
    private static final int LOOK_SECONDS = 5;

    private final String label;
    private final PasswdEntry account;
    private final Path setpriv;

    private RunAsUser(String label, PasswdEntry account, Path setpriv) {
        this.label = label;
        this.account = account;
        this.setpriv = setpriv;
    }

    /**
     * How this release's user is become; empty when it has none, or it is the server's own.
     *
     * @throws WorkerActionRefusedException when it cannot be become
     */
    static Optional<RunAsUser> of(WorkerRelease release) {
        if (release.user().isEmpty() || release.user().get().equals(OsUser.name())) {
            return Optional.empty();
        }
        String user = release.user().get();
        PasswdEntry account = PasswdEntry.find(user)
                .orElseThrow(() -> refused(release.label(), user, "this system has no user of that name"));
        if (!PasswdEntry.isRoot()) {
            throw refused(
                    release.label(), user, "only a server that runs as root can do that; it runs as " + OsUser.name());
        }
        Path setpriv = PLACES.stream()
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> refused(
                        release.label(), user, "there is no program setpriv (of util-linux) at any of " + PLACES));
        return Optional.of(new RunAsUser(release.label(), account, setpriv));
    }

    private static WorkerActionRefusedException refused(String label, String user, String why) {
        return new WorkerActionRefusedException("worker " + label + " cannot be started as the user " + user
                + " (releases." + label + ".user): " + why);
    }

    /** The command that runs this one as the user. */
    List<String> command(List<String> command) {
        List<String> all = new ArrayList<>(List.of(
                setpriv.toString(),
                "--reuid=" + account.id(),
                "--regid=" + account.group(),
                "--init-groups",
                "--inh-caps=-all",
                "--no-new-privs",
                "--"));
        all.addAll(command);
        return all;
    }

    /** The variables by which programs know whose they are, unless the release says otherwise. */
    void putInto(Map<String, String> environment, Map<String, String> ofRelease) {
        Map<String, String> own = Map.of("HOME", account.home(), "USER", account.name(), "LOGNAME", account.name());
        own.forEach((name, value) -> environment.put(name, ofRelease.getOrDefault(name, value)));
        if (!ofRelease.containsKey("XDG_RUNTIME_DIR")) {
            environment.remove("XDG_RUNTIME_DIR");
        }
    }

    /** @throws WorkerActionRefusedException when the user cannot enter the folder that the worker is to run in */
    void refuseUnreachable(Path folder) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command(List.of("test", "-x", folder.toString())))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD);
            // The user can read the environment of what runs as that user.
            builder.environment().keySet().retainAll(Set.of("PATH"));
            Process look = builder.start();
            if (!look.waitFor(LOOK_SECONDS, TimeUnit.SECONDS)) {
                look.destroyForcibly();
                throw refused(
                        label,
                        account.name(),
                        "whether it can enter " + folder + " is not known in " + LOOK_SECONDS + " s");
            }
            if (look.exitValue() != 0) {
                throw refused(
                        label,
                        account.name(),
                        "it cannot enter the folder " + folder
                                + ", or a folder above it: check their owners and modes");
            }
        } catch (IOException e) {
            throw refused(label, account.name(), setpriv + " cannot be run: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw refused(label, account.name(), "the server is shutting down");
        }
    }
}

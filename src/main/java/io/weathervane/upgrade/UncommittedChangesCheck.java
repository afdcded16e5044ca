package io.weathervane.upgrade;

import io.weathervane.store.StoreException;
import io.weathervane.util.Ticker;
import io.weathervane.util.Workspace;
import io.weathervane.worker.InheritedEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Checks that the workspace's git repository, if there is one, has no uncommitted changes. */
final class UncommittedChangesCheck {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final long OUTPUT_BYTES_MAX = 64 * 1024;

    /** Changed files that are named; the others are counted. */
    private static final int NAMED_MAX = 5;

    private final Workspace workspace;
    private final BuildProcessRegistry buildProcesses;
    private final String upgrade;
    private final Ticker ticker;

    UncommittedChangesCheck(Workspace workspace, BuildProcessRegistry buildProcesses, String upgrade, Ticker ticker) {
        this.workspace = workspace;
        this.buildProcesses = buildProcesses;
        this.upgrade = upgrade;
        this.ticker = ticker;
    }

    /** @param scratch a folder for git's answer */
    PreflightCheckResult check(boolean allowDirty, Path scratch, Supplier<Optional<String>> stop)
            throws IOException, InterruptedException {
        String name = "git";
        if (root().isEmpty()) {
            return PreflightCheckResult.passed(name, "the workspace is in no repository");
        }
        Path answer = Files.createTempFile(scratch, "git", ".txt");
        try {
            ShellCommandRunner.Result result = new ShellCommandRunner(
                            buildProcesses, upgrade, ticker, LIMIT, OUTPUT_BYTES_MAX, InheritedEnvironment.none())
                    .run(command(), workspace.root(), Map.of("GIT_OPTIONAL_LOCKS", "0"), answer, stop);
            List<String> changed = Files.readAllLines(answer).stream()
                    .filter(line -> !line.isBlank())
                    .toList();
            if (result.problem().isPresent()) {
                return PreflightCheckResult.of(
                        name,
                        allowDirty,
                        "git status could not be had: " + result.problem().get());
            }
            return changed.isEmpty()
                    ? PreflightCheckResult.passed(name, "everything is committed")
                    : PreflightCheckResult.of(name, allowDirty, describe(changed, allowDirty));
        } catch (IOException | StoreException e) {
            return PreflightCheckResult.of(name, allowDirty, "git could not be run: " + e.getMessage());
        } finally {
            Files.deleteIfExists(answer);
        }
    }

    private Optional<Path> root() {
        for (Path folder = workspace.root(); folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve(".git"))) {
                return Optional.of(folder);
            }
        }
        return Optional.empty();
    }

    /** Without what the server itself writes into the workspace. */
    private List<String> command() {
        List<String> command = new ArrayList<>(List.of("git", "status", "--porcelain", "--", "."));
        List<Path> ours = List.of(
                workspace.state(), workspace.upgrades(), workspace.sessions().getParent());
        ours.stream()
                .filter(folder -> folder.startsWith(workspace.root()))
                .map(folder -> ":(exclude)" + workspace.root().relativize(folder))
                .forEach(command::add);
        return command;
    }

    private static String describe(List<String> changed, boolean allowed) {
        String named = String.join(
                ", ", changed.stream().limit(NAMED_MAX).map(String::strip).toList());
        int more = changed.size() - NAMED_MAX;
        return changed.size() + (changed.size() == 1 ? " file is" : " files are") + " not committed: " + named
                + (more > 0 ? " and " + more + " more" : "")
                + (allowed
                        ? " (allowed)"
                        : "; commit them, or allow it with --allow-dirty (in a call of upgrade_run: allow_dirty)");
    }
}

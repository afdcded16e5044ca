package io.weathervane.worker;

import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/**
 * The workers of one service, as the configuration has them.
 *
 * @param releases by label, in the order of the configuration
 * @param toolPrefix put before the names of the worker's tools; none when empty
 * @param startWait how long {@code initialize} and the first lists wait for a worker that is starting
 */
public record WorkersConfig(
        ServiceName service,
        Map<String, WorkerRelease> releases,
        InitialRelease initialRelease,
        WorkerPolicy policy,
        String toolPrefix,
        Duration startWait) {
    /** As long as usual clients wait for a server to start. */
    public static final Duration START_WAIT = Duration.ofSeconds(55);

    /**
     * The release that is active at the very first start; later the database says.
     *
     * @param label empty when there is none
     * @param isCommand whether it was given on the command line
     */
    public record InitialRelease(Optional<String> label, boolean isCommand) {}

    public WorkersConfig {
        releases = Collections.unmodifiableMap(new LinkedHashMap<>(releases));
    }

    /** Releases of a configuration without a prefix. */
    public static WorkersConfig of(Map<String, WorkerRelease> releases, Optional<String> initial, WorkerPolicy policy) {
        return new WorkersConfig(
                ServiceName.DEFAULT,
                releases,
                new InitialRelease(initial, /* isCommand= */ false),
                policy,
                "",
                START_WAIT);
    }

    /** Label of the release that is active at the very first start. */
    public Optional<String> initial() {
        return initialRelease.label();
    }

    /** Whether the initial release was given on the command line. */
    public boolean initialIsCommand() {
        return initialRelease.isCommand();
    }

    /** The same for clients that can do this. */
    public WorkersConfig withClient(Supplier<ObjectNode> clientCapabilities) {
        return new WorkersConfig(
                service, releases, initialRelease, policy.withClient(clientCapabilities), toolPrefix, startWait);
    }

    /** The variables with the secrets of remote releases. */
    public Set<String> secretVariables() {
        Set<String> names = new HashSet<>();
        for (WorkerRelease release : releases.values()) {
            if (release.server() instanceof RemoteSpec remote) {
                names.addAll(remote.access().secretVariables());
            }
        }
        return names;
    }

    /** The same, where the release of the command line, which gets all of the server's variables, does not get these. */
    public WorkersConfig withholding(Set<String> secretVariables) {
        if (!initialIsCommand()) {
            return this;
        }
        Map<String, WorkerRelease> withheld = new LinkedHashMap<>(releases);
        initial()
                .ifPresent(label ->
                        withheld.computeIfPresent(label, (name, release) -> withholding(release, secretVariables)));
        return new WorkersConfig(service, withheld, initialRelease, policy, toolPrefix, startWait);
    }

    private static WorkerRelease withholding(WorkerRelease release, Set<String> secretVariables) {
        return release.launch()
                .map(launch -> release.with(launch.inheriting(InheritedEnvironment.allBut(secretVariables))))
                .orElse(release);
    }
}

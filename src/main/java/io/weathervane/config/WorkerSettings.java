package io.weathervane.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The worker behind the server and its versions.
 *
 * @param initial label of the release that runs at the very first start; empty when there is no release
 * @param initialIsCommand whether that release was given on the command line
 * @param toolPrefix put before the names of the worker's tools; none when empty
 * @param countToolErrors how a tool result that says {@code isError} counts
 * @param standbyRetention how long the previous worker is kept warm; until the next promotion when empty
 * @param startWait how long {@code initialize} and the first lists wait for a worker that is starting
 * @param messageBytes most bytes of one message of a worker, or of a client on stdio
 */
public record WorkerSettings(
        Optional<String> initial,
        boolean initialIsCommand,
        String toolPrefix,
        CountToolErrors countToolErrors,
        Duration drainTimeout,
        Duration startTimeout,
        Duration stopTimeout,
        Optional<Duration> standbyRetention,
        Duration startWait,
        int messageBytes,
        Map<String, ReleaseSettings> releases) {
    public static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(30);
    public static final Duration START_TIMEOUT = Duration.ofSeconds(30);

    /** Of a release given on the command line, which may have to be fetched first: {@code npx -y}, {@code uvx}. */
    public static final Duration COMMAND_START_TIMEOUT = Duration.ofMinutes(3);

    public static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

    public static final int MESSAGE_BYTES = 64 * 1024 * 1024;

    /** As long as usual clients wait for a server to start. */
    public static final Duration START_WAIT = Duration.ofSeconds(55);

    private static final int MESSAGE_BYTES_MIN = 64 * 1024;

    /** 512 MiB: of a message there are some copies in memory at a time. */
    private static final int MESSAGE_BYTES_MAX = 512 * 1024 * 1024;

    private static final Duration TIMEOUT_MIN = Duration.ofMillis(10);
    private static final Duration TIMEOUT_MAX = Duration.ofMinutes(10);
    private static final Duration RETENTION_MAX = Duration.ofDays(7);
    private static final int PREFIX_LENGTH_MAX = 32;

    public WorkerSettings {
        releases = Collections.unmodifiableMap(new LinkedHashMap<>(releases));
    }

    public static WorkerSettings defaults() {
        return new WorkerSettings(
                Optional.empty(),
                false,
                "",
                CountToolErrors.RELATIVE,
                DRAIN_TIMEOUT,
                START_TIMEOUT,
                STOP_TIMEOUT,
                Optional.empty(),
                START_WAIT,
                MESSAGE_BYTES,
                Map.of());
    }

    /** The defaults with the release of the command line, if there is one. */
    static WorkerSettings defaults(CliOverrides overrides) {
        Optional<CommandRelease> command = overrides.release();
        Duration callTimeout = overrides.callTimeoutOr(ReleaseSettings.CALL_TIMEOUT);
        WorkerSettings defaults = defaults();
        return new WorkerSettings(
                command.map(CommandRelease::label),
                command.isPresent(),
                defaults.toolPrefix,
                defaults.countToolErrors,
                defaults.drainTimeout,
                startTimeout(command),
                defaults.stopTimeout,
                defaults.standbyRetention,
                defaults.startWait,
                defaults.messageBytes,
                command.map(one -> ReleaseSettings.from(one, callTimeout))
                        .map(one -> Map.of(one.label(), one))
                        .orElseGet(Map::of));
    }

    private static Duration startTimeout(Optional<CommandRelease> command) {
        return command.isPresent() ? COMMAND_START_TIMEOUT : START_TIMEOUT;
    }

    /** @param overrides the release of the command line, if any, runs first whatever the section says of {@code initial} */
    static WorkerSettings from(Section section, Path base, CliOverrides overrides) {
        Optional<CommandRelease> command = overrides.release();
        Duration fromSection = section.duration(
                        "callTimeout", ReleaseSettings.CALL_TIMEOUT_MIN, ReleaseSettings.CALL_TIMEOUT_MAX)
                .orElse(ReleaseSettings.CALL_TIMEOUT);
        Duration callTimeout = overrides.callTimeoutOr(fromSection);
        Map<String, ReleaseSettings> releases = new LinkedHashMap<>(section.named(
                "releases", (label, release) -> ReleaseSettings.from(label, release, base, callTimeout, command)));
        Optional<String> fromFile = command.isPresent() ? section.words("initial") : initial(section, releases);
        command.map(one -> ReleaseSettings.from(one, callTimeout))
                .ifPresent(release -> releases.putIfAbsent(release.label(), release));
        return new WorkerSettings(
                command.map(CommandRelease::label).or(() -> fromFile),
                command.isPresent(),
                prefix(section),
                section.oneOf("countToolErrors", CountToolErrors.byName()).orElse(CountToolErrors.RELATIVE),
                timeout(section, "drainTimeout", DRAIN_TIMEOUT),
                timeout(section, "startTimeout", startTimeout(command)),
                timeout(section, "stopTimeout", STOP_TIMEOUT),
                section.duration("standbyRetention", TIMEOUT_MIN, RETENTION_MAX),
                section.duration("startWait", Duration.ZERO, TIMEOUT_MAX).orElse(START_WAIT),
                section.bytes("messageBytes", MESSAGE_BYTES_MIN, MESSAGE_BYTES_MAX)
                        .orElse(MESSAGE_BYTES),
                releases);
    }

    private static Duration timeout(Section section, String key, Duration otherwise) {
        return section.duration(key, TIMEOUT_MIN, TIMEOUT_MAX).orElse(otherwise);
    }

    private static Optional<String> initial(Section section, Map<String, ReleaseSettings> releases) {
        Optional<String> named = section.words("initial");
        named.filter(label -> !releases.containsKey(label)).ifPresent(label -> {
            throw section.problem(
                    "initial",
                    "names \"" + label + "\", which is not in workers.releases"
                            + Section.meant(label, releases.keySet()));
        });
        if (named.isEmpty() && releases.size() > 1) {
            throw section.missing(
                    "initial", "name the release that runs first, one of " + String.join(", ", releases.keySet()));
        }
        return named.or(() -> releases.keySet().stream().findFirst());
    }

    private static String prefix(Section section) {
        String prefix = section.text("toolPrefix").orElse("");
        if (prefix.length() > PREFIX_LENGTH_MAX || !prefix.matches("[A-Za-z0-9_.-]*")) {
            throw section.problem(
                    "toolPrefix",
                    "must be up to 32 letters, digits, dots, dashes and underscores, was \"" + prefix + "\"");
        }
        return prefix;
    }
}

package io.weathervane.config;

import io.weathervane.worker.ServiceName;
import io.weathervane.worker.ToolErrorPolicy;
import io.weathervane.worker.WorkerPolicy;
import io.weathervane.worker.WorkerRelease;
import io.weathervane.worker.WorkerTimeouts;
import io.weathervane.worker.WorkersConfig;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code workers}, or one of {@code services}: a worker behind the server and its versions. */
final class WorkersReader {
    /** Of a release given on the command line, which may have to be fetched first: {@code npx -y}, {@code uvx}. */
    static final Duration COMMAND_START_TIMEOUT = Duration.ofMinutes(3);

    private static final int MESSAGE_BYTES_MIN = 64 * 1024;

    /** 512 MiB: of a message there are some copies in memory at a time. */
    private static final int MESSAGE_BYTES_MAX = 512 * 1024 * 1024;

    private static final Duration TIMEOUT_MIN = Duration.ofMillis(10);
    private static final Duration TIMEOUT_MAX = Duration.ofMinutes(10);
    private static final Duration RETENTION_MAX = Duration.ofDays(7);
    private static final int PREFIX_LENGTH_MAX = 32;

    private final ServiceName service;
    private final ReleaseReader releases;
    private final Optional<CommandLineRelease> command;
    private final CliOverrides overrides;
    private final WorkerPolicy defaults = WorkerPolicy.defaults();

    /**
     * A reader.
     *
     * @param command the release of the command line, if it is of this service: it runs first whatever the section says of
     *     {@code initial}
     */
    WorkersReader(
            ServiceName service, ReleaseReader releases, Optional<CommandLineRelease> command, CliOverrides overrides) {
        this.service = service;
        this.releases = releases;
        this.overrides = overrides;
        this.command = command;
    }

    /** The defaults with the release of the command line, if there is one. */
    WorkersConfig withoutSection(String usualPrefix) {
        Duration callTimeout = overrides.callTimeoutOr(ReleaseReader.CALL_TIMEOUT);
        Map<String, WorkerRelease> all = command.map(one -> releases.ofCommand(one, callTimeout))
                .map(one -> Map.of(one.label(), one))
                .orElseGet(Map::of);
        WorkerTimeouts usual = defaults.timeouts();
        WorkerTimeouts timeouts = new WorkerTimeouts(
                usual.drainTimeout(),
                startTimeout(),
                usual.stopTimeout(),
                usual.replacementWait(),
                usual.standbyRetention());
        return new WorkersConfig(
                service,
                all,
                new WorkersConfig.InitialRelease(command.map(CommandLineRelease::label), command.isPresent()),
                defaults.with(timeouts, defaults.restart()),
                usualPrefix,
                WorkersConfig.START_WAIT);
    }

    /** @param usualPrefix of the tools where the section says nothing of it */
    WorkersConfig read(Section section, String usualPrefix) {
        Map<String, WorkerRelease> all = releases(section);
        Optional<String> initial = command.isPresent() ? commandsLabel(section) : initial(section, all.keySet());
        String prefix = prefix(section, usualPrefix);
        ToolErrorPolicy toolErrors =
                section.oneOf("countToolErrors", toolErrors()).orElse(defaults.toolErrors());
        WorkerTimeouts timeouts = timeouts(section);
        Duration startWait =
                section.duration("startWait", Duration.ZERO, TIMEOUT_MAX).orElse(WorkersConfig.START_WAIT);
        int messageBytes = section.bytes("messageBytes", MESSAGE_BYTES_MIN, MESSAGE_BYTES_MAX)
                .orElse(defaults.messageBytes());
        WorkerPolicy policy = new WorkerPolicy(toolErrors, timeouts, defaults.restart(), messageBytes);
        return new WorkersConfig(
                service,
                all,
                new WorkersConfig.InitialRelease(initial, command.isPresent()),
                policy,
                prefix,
                startWait);
    }

    private Map<String, WorkerRelease> releases(Section section) {
        Duration fromSection = section.duration(
                        "callTimeout", ReleaseReader.CALL_TIMEOUT_MIN, ReleaseReader.CALL_TIMEOUT_MAX)
                .orElse(ReleaseReader.CALL_TIMEOUT);
        Duration callTimeout = overrides.callTimeoutOr(fromSection);
        Map<String, WorkerRelease> all = new LinkedHashMap<>(
                section.named("releases", (label, release) -> releases.read(label, release, callTimeout)));
        command.map(one -> releases.ofCommand(one, callTimeout))
                .ifPresent(release -> all.putIfAbsent(release.label(), release));
        return all;
    }

    private WorkerTimeouts timeouts(Section section) {
        WorkerTimeouts usual = defaults.timeouts();
        return new WorkerTimeouts(
                timeout(section, "drainTimeout", usual.drainTimeout()),
                timeout(section, "startTimeout", startTimeout()),
                timeout(section, "stopTimeout", usual.stopTimeout()),
                usual.replacementWait(),
                section.duration("standbyRetention", TIMEOUT_MIN, RETENTION_MAX),
                section.duration("oldToolListGrace", Duration.ZERO, RETENTION_MAX)
                        .orElse(usual.oldToolListGrace()));
    }

    private Duration startTimeout() {
        return command.isPresent() ? COMMAND_START_TIMEOUT : defaults.timeouts().startTimeout();
    }

    private static Duration timeout(Section section, String key, Duration otherwise) {
        return section.duration(key, TIMEOUT_MIN, TIMEOUT_MAX).orElse(otherwise);
    }

    /** The command's release runs first whatever the section says. */
    private Optional<String> commandsLabel(Section section) {
        Optional<String> overruled = section.words("initial");
        return command.map(CommandLineRelease::label).or(() -> overruled);
    }

    private static Optional<String> initial(Section section, Set<String> labels) {
        Optional<String> named = section.words("initial");
        named.filter(label -> !labels.contains(label)).ifPresent(label -> {
            throw section.problem(
                    "initial",
                    "names \"" + label + "\", which is not in " + section.full("releases")
                            + Section.meant(label, labels));
        });
        if (named.isEmpty() && labels.size() > 1) {
            throw section.missing("initial", "name the release that runs first, one of " + String.join(", ", labels));
        }
        return named.or(() -> labels.stream().findFirst());
    }

    private static String prefix(Section section, String usual) {
        String prefix = section.text("toolPrefix").orElse(usual);
        if (prefix.length() > PREFIX_LENGTH_MAX || !prefix.matches("[A-Za-z0-9_.-]*")) {
            throw section.problem(
                    "toolPrefix",
                    "must be up to 32 letters, digits, dots, dashes and underscores, was \"" + prefix + "\"");
        }
        return prefix;
    }

    private static Map<String, ToolErrorPolicy> toolErrors() {
        Map<String, ToolErrorPolicy> choices = new LinkedHashMap<>();
        choices.put("relative", ToolErrorPolicy.RELATIVE);
        choices.put("true", ToolErrorPolicy.COUNTED);
        choices.put("false", ToolErrorPolicy.IGNORED);
        return choices;
    }
}

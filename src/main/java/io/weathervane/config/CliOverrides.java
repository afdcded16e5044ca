package io.weathervane.config;

import io.weathervane.tool.OperationsScope;
import io.weathervane.util.DurationFormat;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Settings from the command line; they win over the environment and the file.
 *
 * @param files that were named, and so must exist
 * @param environment the preset's name, as typed
 * @param offer what callers are offered
 * @param release in front of which the server is put
 * @param callTimeout of releases that have none of their own, as typed
 */
public record CliOverrides(
        Files files,
        Optional<String> environment,
        Listen listen,
        Offer offer,
        Optional<CommandLineRelease> release,
        Optional<String> callTimeout) {
    /**
     * Offer of the server's tools to callers, as typed.
     *
     * @param readOnly can be switched on here, not off
     * @param operations which of the server's own tools, as typed
     * @param usual which of them where neither the command line nor the file says it
     */
    public record Offer(boolean readOnly, Optional<String> operations, OperationsScope usual) {
        /** Everything, unless the file says otherwise. */
        public static Offer everything() {
            return new Offer(false, Optional.empty(), OperationsScope.ALL);
        }
    }

    /**
     * The files that the command line names.
     *
     * @param config in place of the workspace's configuration
     * @param mcpConfig of an MCP client, whose servers become services
     */
    public record Files(Optional<Path> config, Optional<Path> mcpConfig) {}

    /** Without a client's file. */
    public CliOverrides(
            Optional<Path> config,
            Optional<String> environment,
            Listen listen,
            boolean readOnly,
            Optional<CommandLineRelease> release,
            Optional<String> callTimeout) {
        this(
                new Files(config, Optional.empty()),
                environment,
                listen,
                new Offer(readOnly, Optional.empty(), OperationsScope.ALL),
                release,
                callTimeout);
    }

    public boolean readOnly() {
        return offer.readOnly();
    }

    /** The same for this kind of environment. */
    CliOverrides withEnvironment(String name) {
        return new CliOverrides(files, Optional.of(name), listen, offer, release, callTimeout);
    }

    public Optional<Path> config() {
        return files.config();
    }

    public Optional<Path> mcpConfig() {
        return files.mcpConfig();
    }

    /** Address of the HTTP transport, as typed. */
    public record Listen(Optional<String> host, Optional<Integer> port) {}

    /** @throws ConfigException when it was typed and is no duration, or out of range */
    Duration callTimeoutOr(Duration otherwise) {
        return callTimeout
                .map(text -> DurationFormat.parse(text)
                        .filter(limit -> limit.compareTo(ReleaseReader.CALL_TIMEOUT_MIN) >= 0
                                && limit.compareTo(ReleaseReader.CALL_TIMEOUT_MAX) <= 0)
                        .orElseThrow(() -> new ConfigException("--call-timeout must be a duration from "
                                + DurationFormat.format(ReleaseReader.CALL_TIMEOUT_MIN) + " to "
                                + DurationFormat.format(ReleaseReader.CALL_TIMEOUT_MAX) + ", such as 90s or 10m, was \""
                                + text + "\"")))
                .orElse(otherwise);
    }

    public static CliOverrides none() {
        return new CliOverrides(
                Optional.empty(),
                Optional.empty(),
                new Listen(Optional.empty(), Optional.empty()),
                false,
                Optional.empty(),
                Optional.empty());
    }
}

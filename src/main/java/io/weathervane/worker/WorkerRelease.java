package io.weathervane.worker;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One version of the worker: how it is started and spoken to.
 *
 * @param label its name in the configuration, in tools and in the audit
 * @param server the program to start, or where one runs that this server does not start
 * @param callTimeout how long one tool call may take
 * @param tools for a plain JSON-RPC worker only; an MCP worker lists its own
 */
public record WorkerRelease(
        String label,
        WorkerProtocol protocol,
        ServerSpec server,
        HealthProbeSpec probe,
        Duration callTimeout,
        List<JsonRpcToolConfig> tools) {
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(30);

    public WorkerRelease {
        tools = List.copyOf(tools);
        if (label.isBlank()) {
            throw new IllegalArgumentException("label must not be blank");
        }
        if (callTimeout.isNegative() || callTimeout.isZero()) {
            throw new IllegalArgumentException("callTimeout must be > 0, was " + callTimeout);
        }
        if (protocol == WorkerProtocol.MCP && !tools.isEmpty()) {
            throw new IllegalArgumentException("an MCP worker lists its own tools: tools are for kind json-rpc");
        }
        if (protocol != WorkerProtocol.MCP && server instanceof RemoteSpec) {
            throw new IllegalArgumentException("a release with a url is an MCP server: kind json-rpc is for commands");
        }
    }

    /** A release with nothing said beyond the command. */
    public static WorkerRelease of(String label, WorkerProtocol protocol, List<String> command) {
        return of(label, protocol, LaunchSpec.of(command));
    }

    /** A release with nothing said beyond where its server is. */
    public static WorkerRelease of(String label, WorkerProtocol protocol, ServerSpec server) {
        return new WorkerRelease(label, protocol, server, HealthProbeSpec.defaults(protocol), CALL_TIMEOUT, List.of());
    }

    /** Command of its process; empty when it runs elsewhere. */
    public Optional<LaunchSpec> launch() {
        return server instanceof LaunchSpec launch ? Optional.of(launch) : Optional.empty();
    }

    /** Where it runs, when this server does not start it. */
    public Optional<RemoteSpec> remote() {
        return server instanceof RemoteSpec remote ? Optional.of(remote) : Optional.empty();
    }

    /** The program and its arguments; none when it runs elsewhere. */
    public List<String> command() {
        return launch().map(LaunchSpec::command).orElse(List.of());
    }

    /** Command or URLs in one line for a person. */
    public String where() {
        return remote().map(remote -> remote.urls().stream().map(URI::toString).collect(Collectors.joining(", ")))
                .orElseGet(() -> String.join(" ", command()));
    }

    public Map<String, String> environment() {
        return launch().map(LaunchSpec::environment).orElse(Map.of());
    }

    public Optional<Path> folder() {
        return launch().flatMap(LaunchSpec::folder);
    }

    public Optional<String> user() {
        return launch().flatMap(LaunchSpec::user);
    }

    public InheritedEnvironment inheritance() {
        return launch().map(LaunchSpec::inheritance).orElseGet(InheritedEnvironment::none);
    }

    /** The same, run in another way or elsewhere. */
    public WorkerRelease with(ServerSpec other) {
        return new WorkerRelease(label, protocol, other, probe, callTimeout, tools);
    }

    /** The same, with other limits on a probe and a call. */
    public WorkerRelease with(HealthProbeSpec otherProbe, Duration otherCallTimeout) {
        return new WorkerRelease(label, protocol, server, otherProbe, otherCallTimeout, tools);
    }
}

package io.weathervane.worker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One version of the worker: how it is started and spoken to.
 *
 * @param label its name in the configuration, in tools and in the audit
 * @param callTimeout how long one tool call may take
 * @param tools for a plain JSON-RPC worker only; an MCP worker lists its own
 */
public record WorkerRelease(
        String label,
        WorkerProtocol protocol,
        LaunchSpec launch,
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
    }

    /** A release with nothing said beyond the command. */
    public static WorkerRelease of(String label, WorkerProtocol protocol, List<String> command) {
        return new WorkerRelease(
                label, protocol, LaunchSpec.of(command), HealthProbeSpec.defaults(protocol), CALL_TIMEOUT, List.of());
    }

    public List<String> command() {
        return launch.command();
    }

    public Map<String, String> environment() {
        return launch.environment();
    }

    public Optional<Path> folder() {
        return launch.folder();
    }

    public Optional<String> user() {
        return launch.user();
    }

    public InheritedEnvironment inheritance() {
        return launch.inheritance();
    }

    /** The same, started in another way. */
    public WorkerRelease with(LaunchSpec other) {
        return new WorkerRelease(label, protocol, other, probe, callTimeout, tools);
    }

    /** The same, with other limits on a probe and a call. */
    public WorkerRelease with(HealthProbeSpec otherProbe, Duration otherCallTimeout) {
        return new WorkerRelease(label, protocol, launch, otherProbe, otherCallTimeout, tools);
    }
}

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
 * @param command the program and its arguments
 * @param environment added to what it inherits
 * @param folder where it runs; the server's own folder when empty
 * @param callTimeout how long one tool call may take
 * @param user the OS user that it runs as; the server's own when empty
 * @param tools for a plain JSON-RPC worker only; an MCP worker lists its own
 * @param inheritance which of the server's own variables it gets
 */
public record WorkerRelease(
        String label,
        WorkerKind kind,
        List<String> command,
        Map<String, String> environment,
        Optional<Path> folder,
        ProbeSpec probe,
        Duration callTimeout,
        List<DeclaredTool> tools,
        Optional<String> user,
        Inheritance inheritance) {
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(30);

    public WorkerRelease {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
        tools = List.copyOf(tools);
        if (label.isBlank()) {
            throw new IllegalArgumentException("label must not be blank");
        }
        if (command.isEmpty() || command.get(0).isBlank()) {
            throw new IllegalArgumentException("command must name a program");
        }
        if (callTimeout.isNegative() || callTimeout.isZero()) {
            throw new IllegalArgumentException("callTimeout must be > 0, was " + callTimeout);
        }
        if (kind == WorkerKind.MCP && !tools.isEmpty()) {
            throw new IllegalArgumentException("an MCP worker lists its own tools: tools are for kind json-rpc");
        }
    }

    /** A release that runs as the server's own user and inherits only what every program needs. */
    public WorkerRelease(
            String label,
            WorkerKind kind,
            List<String> command,
            Map<String, String> environment,
            Optional<Path> folder,
            ProbeSpec probe,
            Duration callTimeout,
            List<DeclaredTool> tools) {
        this(
                label,
                kind,
                command,
                environment,
                folder,
                probe,
                callTimeout,
                tools,
                Optional.empty(),
                Inheritance.none());
    }

    /** The same, run as this OS user. */
    public WorkerRelease as(Optional<String> otherUser) {
        return new WorkerRelease(
                label, kind, command, environment, folder, probe, callTimeout, tools, otherUser, inheritance);
    }

    /** The same, with these of the server's own variables. */
    WorkerRelease inheriting(Inheritance other) {
        return new WorkerRelease(label, kind, command, environment, folder, probe, callTimeout, tools, user, other);
    }

    /** A release with nothing said beyond the command. */
    public static WorkerRelease of(String label, WorkerKind kind, List<String> command) {
        return new WorkerRelease(
                label, kind, command, Map.of(), Optional.empty(), ProbeSpec.defaults(kind), CALL_TIMEOUT, List.of());
    }
}

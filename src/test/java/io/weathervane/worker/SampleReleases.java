package io.weathervane.worker;

import io.weathervane.testing.SampleCommand;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Releases of the sample worker, run as real processes. */
public final class SampleReleases {
    private static final HealthProbeSpec PROBE =
            new HealthProbeSpec("ping", Duration.ofSeconds(5), Duration.ofMillis(50));
    private static final HealthProbeSpec HEALTH =
            new HealthProbeSpec("health", Duration.ofSeconds(5), Duration.ofMillis(50));

    public static final String ECHO_TOOL = "{\"name\":\"echo\",\"annotations\":{\"readOnlyHint\":true}}";

    /** The shell command by which {@link #quick} answers a call. */
    public static final String ECHO_ANSWER =
            "answer '\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"hello\"}]}'";

    private static final String QUICK = """
        answer() { printf '{"jsonrpc":"2.0","id":%s,%s}\\n' "$id" "$1"; }
        while read -r line; do
          id=${line#*'"id":'}; id=${id%%,*}
          case "$line" in
            *'"tools/call"'*) answer '"result":{"content":[{"type":"text","text":"hello"}]}' ;;
            *'"tools/list"'*) answer '"result":{"tools":[{"name":"echo","annotations":{"readOnlyHint":true}}]}' ;;
            *'"initialize"'*) answer '"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}}}' ;;
            *'"ping"'*) answer '"result":{}' ;;
            *'"server/discover"'*) answer '"error":{"code":-32601,"message":"Method not found"}' ;;
          esac
        done
        """;

    private SampleReleases() {}

    /** The sample worker with switches. */
    public static WorkerRelease mcp(String label, String... switches) {
        return release(label, WorkerProtocol.MCP, PROBE, Duration.ofSeconds(20), List.of(), SampleCommand.of(switches));
    }

    public static WorkerRelease plain(String label, String... switches) {
        List<String> command = SampleCommand.of(switches);
        command.addAll(List.of("--kind", "json-rpc"));
        JsonRpcToolConfig echo = new JsonRpcToolConfig("say", "Says it again.", object(), "echo");
        JsonRpcToolConfig missing = new JsonRpcToolConfig("gone", "Has no method.", object(), "no_such_method");
        return release(label, WorkerProtocol.JSON_RPC, HEALTH, Duration.ofSeconds(20), List.of(echo, missing), command);
    }

    /** A well behaved MCP worker in a few lines of shell: ready in milliseconds, where a JVM takes a second. */
    public static WorkerRelease quick(String label) {
        return shell(label, QUICK);
    }

    /** As {@link #quick}, with these tools in its list, and this shell command for each call. */
    public static WorkerRelease quick(String label, String tools, String onCall) {
        String script = QUICK.replace(ECHO_TOOL, tools).replace(ECHO_ANSWER, onCall);
        return shell(label, script);
    }

    /** Any program; {@code sh -c} and the script. */
    public static WorkerRelease shell(String label, String script) {
        return program(label, List.of("sh", "-c", script));
    }

    /** Any program, by its command. */
    public static WorkerRelease program(String label, List<String> command) {
        return release(label, WorkerProtocol.MCP, PROBE, Duration.ofSeconds(20), List.of(), command);
    }

    public static WorkerRelease withCallTimeout(WorkerRelease release, Duration timeout) {
        return release(
                release.label(), release.protocol(), release.probe(), timeout, release.tools(), release.command());
    }

    public static WorkerRelease withProbeTimeout(WorkerRelease release, Duration timeout) {
        return release(
                release.label(),
                release.protocol(),
                new HealthProbeSpec(release.probe().method(), timeout, Duration.ofMillis(50)),
                release.callTimeout(),
                release.tools(),
                release.command());
    }

    private static WorkerRelease release(
            String label,
            WorkerProtocol protocol,
            HealthProbeSpec probe,
            Duration callTimeout,
            List<JsonRpcToolConfig> tools,
            List<String> command) {
        return new WorkerRelease(label, protocol, LaunchSpec.of(command), probe, callTimeout, tools);
    }

    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    public static ObjectNode text(String text) {
        return object().put("text", text);
    }
}

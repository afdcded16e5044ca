package io.weathervane.shadow;

import io.weathervane.app.Workers;
import io.weathervane.core.ServerContext;
import io.weathervane.store.StoreOptions;
import io.weathervane.testing.SampleCommand;
import io.weathervane.util.Closer;
import io.weathervane.util.Redactor;
import io.weathervane.util.Ticker;
import io.weathervane.util.Workspace;
import io.weathervane.worker.HealthProbeSpec;
import io.weathervane.worker.LaunchSpec;
import io.weathervane.worker.ProbeCall;
import io.weathervane.worker.RestartPolicy;
import io.weathervane.worker.WorkerCallContext;
import io.weathervane.worker.WorkerManager;
import io.weathervane.worker.WorkerPolicy;
import io.weathervane.worker.WorkerProtocol;
import io.weathervane.worker.WorkerRelease;
import io.weathervane.worker.WorkerTimeouts;
import io.weathervane.worker.WorkersConfig;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An active worker and a canary as real processes, small shell programs that are ready in milliseconds. */
final class TestComparison implements AutoCloseable {
    static final String READ_ONLY = "\"annotations\":{\"readOnlyHint\":true}";
    static final String WRITING = "\"annotations\":{\"readOnlyHint\":false}";
    static final String ECHO_TOOL = tool("echo", READ_ONLY);

    /** Answers each line; {@code $line} is the request, {@code tools} and {@code call} are to be replaced. */
    private static final String PROGRAM = """
        answer() { printf '{"jsonrpc":"2.0","id":%s,%s}\\n' "$id" "$1"; }
        text() { answer '"result":{"content":[{"type":"text","text":"'"$1"'"}]}'; }
        data() { answer '"result":{"content":[],"structuredContent":'"$1"'}'; }
        fail() { answer '"error":{"code":-32603,"message":"'"$1"'"}'; }
        n=0
        tools='TOOLS'
        while read -r line; do
          id=${line#*'"id":'}; id=${id%%,*}
          case "$line" in
            *'"tools/call"'*) n=$((n+1)); CALL ;;
            *'"tools/list"'*) answer '"result":{"tools":['"$tools"']}' ;;
            *'"initialize"'*) answer '"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{"listChanged":true}}}' ;;
            *'"ping"'*) answer '"result":{}' ;;
            *'"server/discover"'*) answer '"error":{"code":-32601,"message":"Method not found"}' ;;
          esac
        done
        """;

    private final Closer open = new Closer();
    final WorkerManager workers;
    final RecentCalls recentCalls;

    private TestComparison(Path folder, WorkerRelease active) {
        ServerContext context = open.register(ServerContext.open(
                Workspace.in(folder).create(), StoreOptions.defaults(), Clock.systemUTC(), Ticker.system()));
        WorkerPolicy policy = WorkerPolicy.defaults()
                .with(
                        new WorkerTimeouts(
                                Duration.ofSeconds(20),
                                Duration.ofSeconds(20),
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(1),
                                Optional.empty()),
                        new RestartPolicy(Duration.ZERO, Duration.ZERO, 0, Duration.ofMinutes(1)));
        WorkersConfig config = WorkersConfig.of(Map.of(active.label(), active), Optional.of(active.label()), policy);
        Workers module = Workers.prepare(open, context, config, Workers.statusFile(context));
        workers = module.manager();
        recentCalls = module.recentCalls();
        workers.start();
    }

    /** Both have the same tools. */
    static TestComparison of(Path folder, String tools, String activeCall, String canaryCall) {
        return of(folder, release("stable", tools, activeCall), release("next", tools, canaryCall));
    }

    static TestComparison of(Path folder, WorkerRelease active, WorkerRelease canary) {
        TestComparison comparison = new TestComparison(folder, active);
        comparison.workers.startCanary(canary);
        return comparison;
    }

    static TestComparison withoutCanary(Path folder, WorkerRelease active) {
        return new TestComparison(folder, active);
    }

    /** @param call shell commands that answer a call, such as {@code text hello} */
    static WorkerRelease release(String label, String tools, String call) {
        return command(
                label, List.of("sh", "-c", PROGRAM.replace("TOOLS", tools).replace("CALL", call)));
    }

    static WorkerRelease command(String label, List<String> command) {
        return new WorkerRelease(
                label,
                WorkerProtocol.MCP,
                LaunchSpec.of(command),
                new HealthProbeSpec("ping", Duration.ofSeconds(5), Duration.ofMillis(50)),
                Duration.ofSeconds(20),
                List.of());
    }

    /** The sample worker, which says its label in each answer. */
    static WorkerRelease sample(String label, String... switches) {
        List<String> command = SampleCommand.of("--label", label);
        command.addAll(List.of(switches));
        return command(label, command);
    }

    static String tool(String name, String annotations) {
        return "{\"name\":\"" + name + "\",\"inputSchema\":{\"type\":\"object\"}," + annotations + "}";
    }

    /** A call as a client makes it. */
    void call(String tool, String arguments) {
        workers.call(tool, JsonText.object(arguments), WorkerCallContext.none());
    }

    ShadowReport compare(ShadowComparisonConfig config) {
        return compare(config, RecentCalls.empty());
    }

    ShadowReport compare(ShadowComparisonConfig config, RecentCalls recentCalls) {
        return shadow().run(config, workers, recentCalls, ShadowProgressListener.none(), () -> false);
    }

    static ShadowComparisonRunner shadow() {
        return new ShadowComparisonRunner(Redactor::clean, Clock.systemUTC(), Ticker.system());
    }

    /** Four calls of the tool {@code echo}. */
    static ShadowComparisonConfig probing(String... ignoredFields) {
        return probing(limits(Duration.ofSeconds(10)), ignoredFields);
    }

    static ShadowComparisonConfig probing(ShadowThresholds thresholds, String... ignoredFields) {
        return new ShadowComparisonConfig(
                List.of(new ProbeCall("echo", JsonText.object("{'text':'a'}"))),
                0,
                Duration.ZERO,
                List.of(ignoredFields),
                List.of(),
                thresholds);
    }

    static ShadowThresholds limits(Duration callTimeout) {
        return new ShadowThresholds(callTimeout, 0, ShadowThresholds.LATENCY_FACTOR, ShadowThresholds.FAILURES_MAX);
    }

    @Override
    public void close() {
        open.close();
    }
}

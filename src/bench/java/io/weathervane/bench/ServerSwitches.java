package io.weathervane.bench;

import io.weathervane.bench.Target.Transport;
import io.weathervane.jsonrpc.JsonRpcCodec;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;

/** Promotions and rollbacks by tool while HTTP clients call the worker through the server without a pause. */
final class ServerSwitches {
    private static final int IN_FLIGHT = 8;
    private static final String WORKER_CALL = "{\"city\":\"Oslo\"}";
    private static final String WORKER_ANSWER = "Oslo";
    private static final String WHY = "{\"reason\":\"bench\"}";
    private static final String AGREED = "{\"reason\":\"bench\",\"confirm\":true}";
    private static final String CANARY = "{\"release\":\"canary\"}";

    private ServerSwitches() {}

    static void measure(Pace pace, Results results) throws Exception {
        Target target = Target.server(Transport.HTTP);
        Path folder = Files.createTempDirectory("weathervane-bench");
        Files.writeString(folder.resolve("weathervane.yaml"), configuration());
        try (RunningServer server = RunningServer.start(target.unpinned(folder), folder);
                ToolLane tools = new ToolLane(server.uri())) {
            tools.call("get_forecast", WORKER_CALL);
            AtomicBoolean done = new AtomicBoolean();
            FutureTask<Window> load = inBackground(() -> load(server.uri(), done));
            Samples promotions = new Samples();
            Samples rollbacks = new Samples();
            for (int i = 0; i < pace.switches() / 2; i++) {
                tools.call("worker_start_canary", CANARY);
                promotions.add(tools.call("worker_promote", AGREED));
                rollbacks.add(tools.call("worker_rollback", WHY));
                tools.call("kill_switch_reset", ToolEngagements.RESET);
            }
            done.set(true);
            report(results, load.get(), promotions, rollbacks);
        } finally {
            Folders.delete(folder);
        }
    }

    /** Two releases of the sample worker, started as the launcher's own JVM would. */
    private static String configuration() {
        StringBuilder yaml = new StringBuilder("workers:\n  initial: stable\n  releases:\n");
        for (String label : List.of("stable", "canary")) {
            String command = JsonRpcCodec.JSON.writeValueAsString(SwitchBench.sampleWorker(label));
            yaml.append("    ")
                    .append(label)
                    .append(": {kind: mcp, command: ")
                    .append(command)
                    .append("}\n");
        }
        return yaml.toString();
    }

    private static FutureTask<Window> inBackground(Callable<Window> work) {
        FutureTask<Window> task = new FutureTask<>(work);
        Thread thread = new Thread(task, "load");
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    private static Window load(URI uri, AtomicBoolean done) throws IOException {
        byte[] call = Protocol.LEGACY.call("get_forecast", WORKER_CALL);
        try (HttpLoad load = new HttpLoad(uri, Protocol.LEGACY, call, WORKER_ANSWER, IN_FLIGHT)) {
            return load.run(Quota.until(done));
        }
    }

    private static void report(Results results, Window load, Samples promotions, Samples rollbacks) throws IOException {
        Samples calls = load.latencies();
        results.raw("server-promotion", promotions);
        results.raw("server-rollback", rollbacks);
        results.row(Row.judged(
                "calls lost by " + promotions.size() + " promotions and " + rollbacks.size()
                        + " rollbacks through the server",
                Integer.toString(load.wrong()),
                Show.number(calls.size()) + " calls made",
                "",
                "0",
                load.wrong() == 0,
                IN_FLIGHT + " HTTP clients calling a sample worker: " + calls.show() + ", worst "
                        + Show.nanos(calls.max())));
        results.row(Row.of(
                "rollback by tool over HTTP, request to answer",
                "p50 " + Show.nanos(rollbacks.median()) + ", worst " + Show.nanos(rollbacks.max()),
                Show.nanos(calls.median()) + ": a call to the worker",
                Show.ratio(rollbacks.median(), calls.median()),
                "preflight, switch, verification, kill switch and audit; promotion p50 "
                        + Show.nanos(promotions.median())));
    }
}

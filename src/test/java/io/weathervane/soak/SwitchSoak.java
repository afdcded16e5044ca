package io.weathervane.soak;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.testing.Await;
import io.weathervane.testing.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Calls through the packaged server on stdio while its workers are switched all the time: promoted and rolled back by
 * the tools that a person uses. Half of the calls read, half write. Every call has a name that the worker writes down
 * when it has carried it out, so that afterwards each can be accounted for.
 */
public final class SwitchSoak {
    private static final int CALLERS = 12;
    private static final int DELAY_MILLIS_MAX = 15;
    private static final String RESET = "{\"reason\":\"soak\",\"approver\":\"soak\",\"force\":true}";

    private final Path folder;
    private final CallRecord callRecord = new CallRecord();
    private final Map<Long, String> names = new ConcurrentHashMap<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean done = new AtomicBoolean();

    /** What a run came to. */
    public record Outcome(int calls, int switches, Duration length, List<String> faults) {
        double callsPerSecond() {
            return calls * 1000.0 / Math.max(1, length.toMillis());
        }

        String text() {
            return String.format(
                    java.util.Locale.ROOT,
                    "%d calls in %.1f s (%.0f/s), %d switches, %d faults",
                    calls,
                    length.toMillis() / 1000.0,
                    callsPerSecond(),
                    switches,
                    faults.size());
        }
    }

    private SwitchSoak(Path folder) {
        this.folder = folder;
    }

    /** Runs at least so long and with at least so many switches. */
    public static Outcome run(Path folder, Duration atLeast, int switchesAtLeast) throws Exception {
        return new SwitchSoak(folder).run(atLeast, switchesAtLeast);
    }

    private Outcome run(Duration atLeast, int switchesAtLeast) throws Exception {
        Path log = folder.resolve("calls.log");
        ServerProcess.configure(folder, "", "blue --log-calls " + log, "green --log-calls " + log);
        ProcessBuilder server =
                new ProcessBuilder(ServerProcess.weathervane("serve", "--stdio", "--workspace", folder.toString()));
        server.redirectError(folder.resolve("server.log").toFile());
        int switches = 0;
        long begun;
        long nanos;
        try (StdioPipeClient pipe = new StdioPipeClient(server, this::answered)) {
            Await.until(
                    "the worker is up",
                    Duration.ofSeconds(60),
                    () -> operate(pipe, "worker_status", "{}")
                            .at("/structuredContent/active/state")
                            .asString("")
                            .equals("ready"));
            List<Thread> callers = startCallers(pipe);
            begun = System.nanoTime();
            while (failures.isEmpty()
                    && (switches < switchesAtLeast || System.nanoTime() - begun < atLeast.toNanos())) {
                switches += switchThereAndBack(pipe);
            }
            done.set(true);
            for (Thread caller : callers) {
                caller.join();
            }
            nanos = System.nanoTime() - begun;
        }
        List<String> faults = new ArrayList<>(failures);
        faults.addAll(callRecord.faults(Files.readAllLines(log)));
        return new Outcome(callRecord.calls(), switches, Duration.ofNanos(nanos), faults);
    }

    private static int switchThereAndBack(StdioPipeClient pipe) throws IOException {
        operate(pipe, "worker_start_canary", "{\"release\":\"green\"}");
        operate(pipe, "worker_promote", "{\"reason\":\"soak\",\"confirm\":true}");
        operate(pipe, "worker_rollback", "{\"reason\":\"soak\"}");
        operate(pipe, "kill_switch_reset", RESET);
        return 2;
    }

    private static JsonNode operate(StdioPipeClient pipe, String tool, String arguments) throws IOException {
        JsonNode result = pipe.call(pipe.nextId(), tool, (ObjectNode) JsonRpcCodec.JSON.readTree(arguments));
        if (!result.isObject() || result.path("isError").asBoolean(false)) {
            throw new IOException(tool + " said no: " + ServerProcess.text(result));
        }
        return result;
    }

    private List<Thread> startCallers(StdioPipeClient pipe) {
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            int number = i;
            Thread caller = new Thread(() -> callUntilDone(pipe, number), "caller-" + i);
            caller.setDaemon(true);
            callers.add(caller);
            caller.start();
        }
        return callers;
    }

    private void callUntilDone(StdioPipeClient pipe, int caller) {
        for (int i = 0; !done.get(); i++) {
            boolean reads = i % 2 == 0;
            String name = (reads ? "read-" : "write-") + caller + "-" + i;
            long id = pipe.nextId();
            names.put(id, name);
            callRecord.asked(name, reads);
            ObjectNode arguments = JsonRpcCodec.JSON
                    .createObjectNode()
                    .put("text", name)
                    .put("delay_ms", (caller + i) % DELAY_MILLIS_MAX);
            try {
                pipe.call(id, reads ? "echo" : "record_observation", arguments);
            } catch (IOException e) {
                failures.add(name + ": " + e.getMessage());
                return;
            }
        }
    }

    private void answered(long id, JsonNode message) {
        String name = names.get(id);
        if (name != null) {
            JsonNode data = message.at("/result/structuredContent");
            boolean right = name.equals(data.path("text").asString(""))
                    || name.equals(data.path("recorded").asString(""));
            callRecord.answered(name, right);
            if (!right) {
                failures.add(name + " was answered by " + message);
            }
        }
    }

    /** {@code switches [--quick]}; the exit code says whether every call is accounted for. */
    public static void main(String[] args) throws Exception {
        boolean quick = args.length > 1 && args[1].equals("--quick");
        Path folder = Files.createTempDirectory("weathervane-soak");
        Outcome outcome = run(folder, Duration.ofSeconds(quick ? 8 : 60), quick ? 6 : 100);
        System.out.println(outcome.text());
        outcome.faults().stream().limit(20).forEach(fault -> System.out.println("FAULT " + fault));
        boolean busy = quick || outcome.callsPerSecond() >= 200;
        if (!busy) {
            System.out.println("FAULT fewer than 200 calls/s: the run says too little");
        }
        if (!outcome.faults().isEmpty() || !busy) {
            System.out.println("see " + folder);
            System.exit(1);
        }
        deleteAll(folder);
    }

    private static void deleteAll(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}

package io.weathervane.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the gateway adds to a call: a worker called directly, and through {@code run}, in turn, stdio to stdio. */
final class Gateways {
    private static final List<Integer> IN_FLIGHT = List.of(1, 16, 64);
    private static final double ADDED_NANOS_MAX = 0.2e6;
    private static final double THROUGHPUT_MIN = 0.7;

    private final Pace pace;
    private final Results results;

    private Gateways(Pace pace, Results results) {
        this.pace = pace;
        this.results = results;
    }

    /** @param arguments of its tool {@code echo}; the answer has {@code expected} in it */
    private record Worker(String name, List<String> command, String arguments, String expected) {}

    /** One way to the worker, kept for all windows. */
    private record Way(String name, RunningServer server, PipeLane lane) {}

    /** One window, and the processor time of the process that is spoken to, for each call: without its children's. */
    private record Cost(Window window, double processorNanos) {
        double percentile(double percent) {
            return window.latencies().percentile(percent);
        }
    }

    static void measure(Pace pace, Results results) throws Exception {
        for (Worker worker : workers()) {
            new Gateways(pace, results).measure(worker);
        }
    }

    private static List<Worker> workers() {
        List<Worker> workers = new ArrayList<>();
        workers.add(new Worker(
                "sample worker (Java)",
                List.of(System.getProperty("bench.launcher"), "sample-worker", "--label", "bench"),
                "{\"text\":\"hello\"}",
                "hello"));
        Path everything = Path.of(System.getProperty("bench.everything", "none"));
        if (Files.exists(everything)) {
            workers.add(new Worker(
                    "server-everything (Node)",
                    List.of("node", everything.toString()),
                    "{\"message\":\"hello\"}",
                    "Echo: hello"));
        }
        return workers;
    }

    private void measure(Worker worker) throws Exception {
        Path folder = Folders.in(results.folder());
        List<String> through = new ArrayList<>(
                List.of(System.getProperty("bench.launcher"), "run", "--workspace", folder.toString(), "--"));
        through.addAll(worker.command());
        try (RunningServer direct = RunningServer.start(Target.onAllProcessors(worker.command()), folder);
                RunningServer gateway = RunningServer.start(Target.onAllProcessors(through), folder)) {
            List<Way> ways = List.of(
                    new Way("direct", direct, lane(direct, worker)),
                    new Way("gateway", gateway, lane(gateway, worker)));
            for (Way way : ways) {
                warmUp(way, worker);
            }
            for (int inFlight : IN_FLIGHT) {
                compare(worker, ways, inFlight);
            }
        }
    }

    private static PipeLane lane(RunningServer server, Worker worker) throws IOException {
        PipeLane lane = new PipeLane(server.process(), worker.expected());
        lane.handshake(Protocol.LEGACY);
        return lane;
    }

    private void warmUp(Way way, Worker worker) throws IOException {
        Duration part = pace.warmUp().dividedBy(IN_FLIGHT.size());
        for (int inFlight : IN_FLIGHT) {
            run(way, worker, inFlight, part);
        }
    }

    private static Cost run(Way way, Worker worker, int inFlight, Duration length) throws IOException {
        byte[] call = Protocol.LEGACY.call("echo", worker.arguments());
        long before = way.server().processorMillis();
        Window window = way.lane().run(call, inFlight, Quota.of(length)).allRight();
        double nanos = (way.server().processorMillis() - before) * 1e6;
        return new Cost(window, nanos / Math.max(1, window.latencies().size()));
    }

    private void compare(Worker worker, List<Way> ways, int inFlight) throws IOException {
        Map<String, List<Cost>> windows = Map.of("direct", new ArrayList<>(), "gateway", new ArrayList<>());
        for (int round = 0; round < pace.rounds(); round++) {
            for (Way way : ways) {
                Cost cost = run(way, worker, inFlight, pace.window());
                windows.get(way.name()).add(cost);
                keep(worker, way, inFlight, cost);
            }
        }
        latency(worker, inFlight, windows);
        throughput(worker, inFlight, windows);
    }

    private void keep(Worker worker, Way way, int inFlight, Cost cost) throws IOException {
        Window window = cost.window();
        results.append(
                "gateway.tsv",
                String.join(
                        "\t",
                        worker.name(),
                        way.name(),
                        Integer.toString(inFlight),
                        Show.number(window.callsPerSecond()) + " calls/s",
                        window.latencies().show(),
                        "processor " + Show.nanos(cost.processorNanos())));
    }

    private void latency(Worker worker, int inFlight, Map<String, List<Cost>> windows) throws IOException {
        double direct = median(windows.get("direct"), 50);
        double gateway = median(windows.get("gateway"), 50);
        String what = worker.name() + ", " + inFlight + " in flight, p50";
        String note = "adds " + Show.nanos(gateway - direct) + "; p99 "
                + Show.nanos(median(windows.get("gateway"), 99)) + " against "
                + Show.nanos(median(windows.get("direct"), 99));
        results.row(
                inFlight == 1
                        ? Row.judged(
                                what,
                                Show.nanos(gateway),
                                Show.nanos(direct),
                                Show.ratio(gateway, direct),
                                "adds < 0.2 ms",
                                gateway - direct < ADDED_NANOS_MAX,
                                note)
                        : Row.of(what, Show.nanos(gateway), Show.nanos(direct), Show.ratio(gateway, direct), note));
    }

    private void throughput(Worker worker, int inFlight, Map<String, List<Cost>> windows) throws IOException {
        double direct = callsPerSecond(windows.get("direct"));
        double gateway = callsPerSecond(windows.get("gateway"));
        String what = worker.name() + ", " + inFlight + " in flight, calls/s";
        String share = Show.percent(gateway, direct);
        String note = "processor a call: gateway " + Show.nanos(processor(windows.get("gateway"))) + ", the worker "
                + Show.nanos(processor(windows.get("direct")));
        results.row(
                inFlight == 1
                        ? Row.of(what, Show.number(gateway), Show.number(direct), share, note)
                        : Row.judged(
                                what,
                                Show.number(gateway),
                                Show.number(direct),
                                share,
                                ">= 70 %",
                                gateway >= direct * THROUGHPUT_MIN,
                                note));
    }

    private static double median(List<Cost> windows, double percent) {
        return Show.median(
                windows.stream().mapToDouble(cost -> cost.percentile(percent)).toArray());
    }

    private static double processor(List<Cost> windows) {
        return Show.median(windows.stream().mapToDouble(Cost::processorNanos).toArray());
    }

    private static double callsPerSecond(List<Cost> windows) {
        return Show.median(windows.stream()
                .mapToDouble(cost -> cost.window().callsPerSecond())
                .toArray());
    }
}

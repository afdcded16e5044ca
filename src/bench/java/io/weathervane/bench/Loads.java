package io.weathervane.bench;

import io.weathervane.bench.LoadedServer.Cost;
import io.weathervane.bench.Target.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Calls per second of the server and the floor, warmed first, then a window of each in turn. */
final class Loads {
    private static final List<Integer> HTTP_IN_FLIGHT = List.of(1, 16, 64);
    private static final List<Integer> STDIO_IN_FLIGHT = List.of(1, 64);

    private final Pace pace;
    private final Results results;
    private final Transport transport;

    private Loads(Pace pace, Results results, Transport transport) {
        this.pace = pace;
        this.results = results;
        this.transport = transport;
    }

    /** One kind of window; the floor has no generations, so it is measured in one. */
    private record Kind(String server, Protocol protocol, int inFlight) {}

    static void measure(Pace pace, Results results) throws Exception {
        for (Transport transport : Transport.values()) {
            new Loads(pace, results, transport).measure();
        }
    }

    private void measure() throws Exception {
        Map<Kind, List<Cost>> windows = new LinkedHashMap<>();
        try (LoadedServer floor = LoadedServer.start(Target.floor(transport));
                LoadedServer server = LoadedServer.start(Target.server(transport))) {
            warmUp(floor);
            warmUp(server);
            for (int round = 0; round < pace.rounds(); round++) {
                for (int inFlight : inFlights()) {
                    window(windows, floor, Protocol.LEGACY, inFlight);
                    window(windows, server, Protocol.LEGACY, inFlight);
                    window(windows, server, Protocol.MODERN, inFlight);
                }
            }
        }
        report(windows);
    }

    private List<Integer> inFlights() {
        return transport == Transport.HTTP ? HTTP_IN_FLIGHT : STDIO_IN_FLIGHT;
    }

    private void warmUp(LoadedServer server) throws Exception {
        int parts = inFlights().size() * Protocol.values().length;
        Duration part = pace.warmUp().dividedBy(parts);
        for (int inFlight : inFlights()) {
            for (Protocol protocol : Protocol.values()) {
                server.run(protocol, inFlight, part);
            }
        }
    }

    private void window(Map<Kind, List<Cost>> windows, LoadedServer server, Protocol protocol, int inFlight)
            throws Exception {
        Cost cost = server.run(protocol, inFlight, pace.window());
        Kind kind = new Kind(server.name(), protocol, inFlight);
        windows.computeIfAbsent(kind, none -> new ArrayList<>()).add(cost);
        keep(kind, cost);
    }

    private void keep(Kind kind, Cost cost) throws IOException {
        Samples latencies = cost.window().latencies();
        results.append(
                "windows.tsv",
                String.join(
                        "\t",
                        transport.name(),
                        kind.server(),
                        kind.protocol().version(),
                        Integer.toString(kind.inFlight()),
                        Show.number(cost.window().callsPerSecond()) + " calls/s",
                        latencies.show(),
                        "processor " + Show.nanos(cost.nanosPerCall()),
                        "busy server " + Show.number(cost.serverBusy()) + " client " + Show.number(cost.clientBusy()),
                        "steal " + Show.number(cost.stolenPercent()) + " %"));
    }

    private void report(Map<Kind, List<Cost>> windows) throws IOException {
        for (Protocol protocol : Protocol.values()) {
            for (int inFlight : inFlights()) {
                row(
                        new Kind("server", protocol, inFlight),
                        windows.get(new Kind("server", protocol, inFlight)),
                        windows.get(new Kind("floor", Protocol.LEGACY, inFlight)));
            }
        }
    }

    private void row(Kind kind, List<Cost> server, List<Cost> floor) throws IOException {
        double calls = callsPerSecond(server);
        double bare = callsPerSecond(floor);
        results.row(Row.of(
                transport + " " + kind.protocol().version() + ", " + kind.inFlight() + " in flight",
                Show.number(calls) + " calls/s",
                Show.number(bare) + " calls/s: floor",
                Show.number(calls / bare) + "x",
                "processor " + Show.nanos(median(server, Cost::nanosPerCall)) + " a call, "
                        + Show.ratio(median(server, Cost::nanosPerCall), median(floor, Cost::nanosPerCall))
                        + " the floor's, busy " + Show.number(median(server, Cost::serverBusy)) + " against "
                        + Show.number(median(floor, Cost::serverBusy)) + "; p50 "
                        + Show.nanos(
                                median(server, cost -> cost.window().latencies().median())) + ", p99 "
                        + Show.nanos(
                                median(server, cost -> cost.window().latencies().percentile(99)))
                        + "; most steal " + Show.number(Math.max(mostSteal(server), mostSteal(floor))) + " %"));
    }

    private static double callsPerSecond(List<Cost> costs) {
        return median(costs, cost -> cost.window().callsPerSecond());
    }

    private static double mostSteal(List<Cost> costs) {
        return costs.stream().mapToDouble(Cost::stolenPercent).max().orElse(0);
    }

    private static double median(List<Cost> costs, ToDoubleFunction<Cost> figure) {
        return Show.median(costs.stream().mapToDouble(figure).toArray());
    }
}

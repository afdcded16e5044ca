package io.weathervane.bench;

import io.weathervane.bench.GatewayWay.Cost;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * A worker called directly and through the gateway, a short window of each in turn: figures are medians of what the two
 * windows of a pair come to, so that what else the machine does meanwhile meets both.
 */
final class GatewayComparison {
    private static final List<Integer> IN_FLIGHT = List.of(1, 16, 64);

    /** Pairs for each round of other measurements, each of a part of its window. */
    private static final int PAIRS_A_ROUND = 2;

    private final Pace pace;
    private final Results results;
    private final String worker;
    private final Optional<Goal> goal;

    /** @param goal none for what is a reference itself */
    GatewayComparison(Pace pace, Results results, String worker, Optional<Goal> goal) {
        this.pace = pace;
        this.results = results;
        this.worker = worker;
        this.goal = goal;
    }

    /**
     * What the project asks for.
     *
     * @param addedNanosMax at most so much is added to the median of a call, with one in flight
     * @param shareMin at least this share of the calls a second, with 16 and 64 in flight
     */
    record Goal(double addedNanosMax, double shareMin) {}

    private record WindowPair(Cost direct, Cost gateway) {
        double addedNanos() {
            return gateway.percentile(50) - direct.percentile(50);
        }

        double share() {
            return gateway.window().callsPerSecond() / direct.window().callsPerSecond();
        }
    }

    void measure(GatewayWay direct, GatewayWay gateway) throws IOException {
        for (GatewayWay way : List.of(direct, gateway)) {
            for (int inFlight : IN_FLIGHT) {
                way.run(inFlight, pace.warmUp().dividedBy(IN_FLIGHT.size()));
            }
        }
        for (int inFlight : IN_FLIGHT) {
            List<WindowPair> pairs = pairs(direct, gateway, inFlight);
            latency(pairs, inFlight);
            throughput(pairs, inFlight);
        }
    }

    private List<WindowPair> pairs(GatewayWay direct, GatewayWay gateway, int inFlight) throws IOException {
        Duration length = pace.window().dividedBy(PAIRS_A_ROUND);
        List<WindowPair> pairs = new ArrayList<>();
        for (int i = 0; i < PAIRS_A_ROUND * pace.rounds(); i++) {
            Cost first = window(i % 2 == 0 ? direct : gateway, inFlight, length);
            Cost second = window(i % 2 == 0 ? gateway : direct, inFlight, length);
            pairs.add(i % 2 == 0 ? new WindowPair(first, second) : new WindowPair(second, first));
        }
        return pairs;
    }

    private Cost window(GatewayWay way, int inFlight, Duration length) throws IOException {
        Cost cost = way.run(inFlight, length);
        results.append(
                "gateway.tsv",
                String.join(
                        "\t",
                        worker,
                        way.name(),
                        Integer.toString(inFlight),
                        Show.number(cost.window().callsPerSecond()) + " calls/s",
                        cost.window().latencies().show(),
                        "processor " + Show.nanos(cost.processorNanos())));
        return cost;
    }

    private void latency(List<WindowPair> pairs, int inFlight) throws IOException {
        double direct = median(pairs, pair -> pair.direct().percentile(50));
        double gateway = median(pairs, pair -> pair.gateway().percentile(50));
        double added = median(pairs, WindowPair::addedNanos);
        String what = worker + ", " + inFlight + " in flight, p50";
        String note = "adds " + Show.nanos(added) + "; p99 "
                + Show.nanos(median(pairs, pair -> pair.gateway().percentile(99))) + " against "
                + Show.nanos(median(pairs, pair -> pair.direct().percentile(99)));
        String ratio = Show.ratio(gateway, direct);
        results.row(goal.filter(ignored -> inFlight == 1)
                .map(asked -> Row.judged(
                        what,
                        Show.nanos(gateway),
                        Show.nanos(direct),
                        ratio,
                        "adds <= " + Show.nanos(asked.addedNanosMax()),
                        added <= asked.addedNanosMax(),
                        note))
                .orElseGet(() -> Row.of(what, Show.nanos(gateway), Show.nanos(direct), ratio, note)));
    }

    private void throughput(List<WindowPair> pairs, int inFlight) throws IOException {
        double direct = median(pairs, pair -> pair.direct().window().callsPerSecond());
        double gateway = median(pairs, pair -> pair.gateway().window().callsPerSecond());
        double share = median(pairs, WindowPair::share);
        String what = worker + ", " + inFlight + " in flight, calls/s";
        String note = "processor a call: gateway "
                + Show.nanos(median(pairs, pair -> pair.gateway().processorNanos())) + ", the worker "
                + Show.nanos(median(pairs, pair -> pair.direct().processorNanos()));
        results.row(goal.filter(ignored -> inFlight > 1)
                .map(asked -> Row.judged(
                        what,
                        Show.number(gateway),
                        Show.number(direct),
                        Show.percent(share, 1),
                        ">= " + Show.percent(asked.shareMin(), 1),
                        share >= asked.shareMin(),
                        note))
                .orElseGet(
                        () -> Row.of(what, Show.number(gateway), Show.number(direct), Show.percent(share, 1), note)));
    }

    private static double median(List<WindowPair> pairs, ToDoubleFunction<WindowPair> figure) {
        return Show.median(pairs.stream().mapToDouble(figure).toArray());
    }
}

package io.weathervane.bench.decisions;

import io.weathervane.monitor.BaselineRecord;
import io.weathervane.monitor.BaselineRecord.LatencyRecord;
import io.weathervane.monitor.CallCounts;
import io.weathervane.monitor.Overdispersion;
import io.weathervane.worker.FailureDispersionSums;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** Makes the record of a previous worker from simulated calls, as the product makes it from real ones. */
final class Baselines {
    /** As many calls as the product keeps the durations of. */
    private static final int LATENCIES = 1_000;

    private static final double NANOS_PER_MILLI = 1_000_000;

    private Baselines() {}

    static BaselineRecord record(Scenario scenario, SplittableRandom random) {
        CallGenerator calls = new CallGenerator(random);
        double[] shares = Promotion.cumulated(scenario.tools());
        long[] count = new long[shares.length];
        long[] failed = new long[shares.length];
        List<FailureDispersionSums.Accumulator> bins =
                List.of(new FailureDispersionSums.Accumulator(20), new FailureDispersionSums.Accumulator(100));
        double end = scenario.recordHours() * 3600;
        for (double at = calls.pause(scenario.callsPerMinute());
                at < end;
                at += calls.pause(scenario.callsPerMinute())) {
            boolean fails = calls.fails(
                    scenario.baseline().errorRate(), scenario.baseline().clustered());
            int tool = calls.tool(shares);
            count[tool]++;
            failed[tool] += fails ? 1 : 0;
            bins.forEach(bin -> bin.add(fails));
        }
        Map<String, CallCounts> tools = new HashMap<>();
        for (int tool = 0; tool < shares.length; tool++) {
            if (count[tool] > 0) {
                tools.put(scenario.tools().get(tool).name(), new CallCounts(count[tool], failed[tool]));
            }
        }
        double spread = bins.stream()
                .map(FailureDispersionSums.Accumulator::full)
                .mapToDouble(full -> Overdispersion.of(full.size(), full.bins(), full.failures(), full.squares()))
                .max()
                .orElse(1);
        long all = Arrays.stream(count).sum();
        return new BaselineRecord(
                Optional.of("stable"),
                new CallCounts(all, Arrays.stream(failed).sum()),
                tools,
                spread,
                latency(calls, scenario.baseline().p95Millis(), (int) Math.min(all, LATENCIES)));
    }

    private static Optional<LatencyRecord> latency(CallGenerator calls, double p95Millis, int number) {
        if (number < LatencyRecord.CALLS_MIN) {
            return Optional.empty();
        }
        long[] nanos = new long[number];
        Arrays.setAll(nanos, i -> (long) (calls.millis(p95Millis) * NANOS_PER_MILLI));
        Arrays.sort(nanos);
        long p95 = nanos[(number * 95 + 99) / 100 - 1];
        long limit = LatencyRecord.limitNanos(p95);
        long slow = Arrays.stream(nanos).filter(one -> one > limit).count();
        return Optional.of(new LatencyRecord(p95, limit, new CallCounts(number, slow)));
    }
}

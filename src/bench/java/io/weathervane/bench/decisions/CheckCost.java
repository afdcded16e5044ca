package io.weathervane.bench.decisions;

import io.weathervane.monitor.BaselineRecord;
import io.weathervane.monitor.CallCounts;
import io.weathervane.monitor.HealthProbeVerdict;
import io.weathervane.monitor.MonitorPolicy;
import io.weathervane.monitor.MonitorPresets;
import io.weathervane.monitor.MonitorStateMachine;
import io.weathervane.monitor.Observation;
import io.weathervane.monitor.ResourceUsage;
import io.weathervane.monitor.WatchState;
import io.weathervane.rollback.RollbackMonitor;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** How long one check takes at the end of a long watch over many tools, and what the database keeps of the watch. */
final class CheckCost {
    private static final int TOOLS = 50;
    private static final int ROUNDS = 2_000;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double BYTES_PER_KB = 1024;

    private CheckCost() {}

    /** The median, for people. */
    static String text() {
        MonitorPolicy policy = MonitorPresets.DEFAULT;
        Map<String, CallCounts> before = new HashMap<>();
        Map<String, CallCounts> now = new HashMap<>();
        for (int tool = 0; tool < TOOLS; tool++) {
            before.put("tool-" + tool, new CallCounts(1_000, 10));
            now.put("tool-" + tool, new CallCounts(20, tool % 4 == 0 ? 1 : 0));
        }
        BaselineRecord record = new BaselineRecord(
                Optional.of("stable"), new CallCounts(50_000, 500), before, /* spread= */ 1, Optional.empty());
        Observation seen = new Observation(
                new Observation.ProbeResult(HealthProbeVerdict.PASSED, "healthy"),
                new Observation.Calls(new CallCounts(1_000, 13), 0, 0, 0, now),
                Optional.empty(),
                ResourceUsage.unknown());
        WatchState state = WatchState.begin("promotion", "canary", record, policy, Instant.EPOCH);
        for (int check = 0; check < 19; check++) {
            state = MonitorStateMachine.next(
                            state, seen, policy, state.schedule().nextCheckAt())
                    .state();
        }
        return String.format(
                Locale.ROOT,
                "One check over %d tools, after 19 others: %.2f ms; the state stored with it: %.1f KB",
                TOOLS,
                medianNanos(state, seen, policy) / NANOS_PER_MILLI,
                RollbackMonitor.storedBytes(state) / BYTES_PER_KB);
    }

    private static double medianNanos(WatchState state, Observation seen, MonitorPolicy policy) {
        Instant now = state.schedule().nextCheckAt();
        long[] nanos = new long[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            long begin = System.nanoTime();
            MonitorStateMachine.next(state, seen, policy, now);
            nanos[round] = System.nanoTime() - begin;
        }
        Arrays.sort(nanos);
        return nanos[ROUNDS / 2];
    }
}

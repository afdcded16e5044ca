package io.weathervane.monitor;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Promotions with traffic out of a seeded source: an hour of the previous worker's record, then a watch under the default
 * policy over the new one.
 *
 * @param run how many failures come in a row on average; 1 when they are independent
 */
record SimulatedPromotions(long seed, int callsPerMinute, double before, double after, int run, int deadTool) {
    private static final int TOOLS = 10;
    private static final int RECORD_MINUTES = 60;
    private static final int BIN = 100;

    static SimulatedPromotions unchanged(double rate, int callsPerMinute) {
        return new SimulatedPromotions(1, callsPerMinute, rate, rate, 1, -1);
    }

    static SimulatedPromotions worse(double rate, int callsPerMinute) {
        return new SimulatedPromotions(2, callsPerMinute, 0.01, rate, 1, -1);
    }

    SimulatedPromotions inRunsOf(int length) {
        return new SimulatedPromotions(seed, callsPerMinute, before, after, length, deadTool);
    }

    SimulatedPromotions withDeadTool() {
        return new SimulatedPromotions(seed, callsPerMinute, before, after, run, 3);
    }

    /** The percentage of the promotions that came to a rollback or an escalation. */
    double acted(int promotions) {
        Random random = new Random(seed);
        int acted = 0;
        for (int i = 0; i < promotions; i++) {
            acted += watch(random).acted().isPresent() ? 1 : 0;
        }
        return 100.0 * acted / promotions;
    }

    private WatchState watch(Random random) {
        Traffic old = new Traffic(random, before, run, -1);
        MonitorPolicy policy = MonitorPresets.DEFAULT;
        WatchState state = WatchState.begin("p", "canary", record(old), policy, WatchSimulation.START);
        Traffic traffic = new Traffic(random, after, run, deadTool);
        while (state.running() && state.acted().isEmpty()) {
            double seconds = Duration.between(
                                    state.schedule().lastCheckAt(),
                                    state.schedule().nextCheckAt())
                            .toMillis()
                    / 1000.0;
            state = MonitorStateMachine.next(
                            state,
                            traffic.check(callsPerMinute * seconds / 60),
                            policy,
                            state.schedule().nextCheckAt())
                    .state();
        }
        return state;
    }

    private BaselineRecord record(Traffic old) {
        long bins = 0;
        long failures = 0;
        double squares = 0;
        long failedInBin = 0;
        long calls = (long) callsPerMinute * RECORD_MINUTES;
        for (long call = 1; call <= calls; call++) {
            failedInBin += old.call() ? 1 : 0;
            if (call % BIN == 0) {
                bins++;
                failures += failedInBin;
                squares += (double) failedInBin * failedInBin;
                failedInBin = 0;
            }
        }
        return new BaselineRecord(
                Optional.of("stable"),
                new CallCounts(calls, failures + failedInBin),
                old.tools(),
                Overdispersion.of(BIN, bins, failures, squares),
                Optional.empty());
    }

    /** Calls of one worker. */
    private static final class Traffic {
        private final Random random;
        private final double rate;
        private final int run;
        private final int deadTool;
        private final int[] toolCalls = new int[TOOLS];
        private final int[] toolFailures = new int[TOOLS];
        private boolean failing;
        private long failureRun;
        private double owed;

        Traffic(Random random, double rate, int run, int deadTool) {
            this.random = random;
            this.rate = rate;
            this.run = run;
            this.deadTool = deadTool;
        }

        /** Whether the next call fails. */
        boolean call() {
            int tool = random.nextInt(TOOLS);
            double start = run == 1 ? rate : rate / (run * (1 - rate));
            boolean goesOn = run > 1 && failing && random.nextDouble() < 1 - 1.0 / run;
            failing = goesOn || random.nextDouble() < start;
            boolean failed = failing || tool == deadTool;
            failureRun = failed ? failureRun + 1 : 0;
            toolCalls[tool]++;
            toolFailures[tool] += failed ? 1 : 0;
            return failed;
        }

        Map<String, CallCounts> tools() {
            return IntStream.range(0, TOOLS)
                    .filter(tool -> toolCalls[tool] > 0)
                    .boxed()
                    .collect(Collectors.toMap(
                            tool -> "tool" + tool, tool -> new CallCounts(toolCalls[tool], toolFailures[tool])));
        }

        Observation check(double calls) {
            owed += calls;
            Arrays.fill(toolCalls, 0);
            Arrays.fill(toolFailures, 0);
            long requests = 0;
            long errors = 0;
            for (; owed >= 1; owed--) {
                requests++;
                errors += call() ? 1 : 0;
            }
            return new Observation(
                    new Observation.ProbeResult(HealthProbeVerdict.PASSED, "ok"),
                    new Observation.Calls(new CallCounts(requests, errors), failureRun, 0, 0, tools()),
                    Optional.empty(),
                    ResourceUsage.unknown());
        }
    }
}

package io.weathervane.bench.decisions;

import io.weathervane.monitor.MonitorPolicy;
import io.weathervane.monitor.MonitorPresets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Promotions of one kind.
 *
 * @param promotions how many are simulated
 * @param seed of the first one; each further one has its own
 * @param callsPerMinute mean; calls come at random
 * @param canary how the new worker behaves, each phase from its second on
 * @param recordHours what the previous worker is known by
 */
record Scenario(
        String name,
        int promotions,
        long seed,
        Preset preset,
        double callsPerMinute,
        List<Tool> tools,
        Baseline baseline,
        List<Phase> canary,
        double recordHours) {

    /** The thresholds of an environment. */
    enum Preset {
        DEFAULT(MonitorPresets.DEFAULT),
        PRODUCTION(MonitorPresets.PRODUCTION),
        STAGING(MonitorPresets.STAGING),
        DEVELOPMENT(MonitorPresets.DEVELOPMENT);

        private final MonitorPolicy policy;

        Preset(MonitorPolicy policy) {
            this.policy = policy;
        }

        MonitorPolicy policy() {
            return policy;
        }

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * @param share of the calls, relative to the other tools
     * @param readOnly whether its calls may be repeated on the previous worker
     */
    record Tool(String name, double share, boolean readOnly) {}

    /**
     * The previous worker.
     *
     * @param errorRate share of calls that fail, with either worker: callers' own bad calls
     * @param clustered whether they come in runs of {@link CallGenerator#RUN_LENGTH} on average
     */
    record Baseline(double errorRate, boolean clustered, double p95Millis) {}

    /**
     * The new worker from a moment on.
     *
     * @param errorRate share of calls that fail; more than the baseline's fail on the new worker only
     * @param errorRatePerTool instead of it, for these tools
     * @param callerErrorShare share of calls that the worker refuses as its caller's mistake ({@code -32602})
     * @param latencyFactor how many times longer calls take
     * @param lostProbeShare share of checks whose probe and its retry are lost
     * @param hang no call ends and no probe is answered any longer
     * @param outageShare share of calls that fail with either worker, by what is behind them
     */
    record Phase(
            double fromSeconds,
            double errorRate,
            Map<String, Double> errorRatePerTool,
            double callerErrorShare,
            double latencyFactor,
            double lostProbeShare,
            double leakMbPerMinute,
            boolean hang,
            double outageShare) {}

    /** Ten tools that are called alike and may be repeated. */
    static List<Tool> tenTools() {
        return IntStream.rangeClosed(1, 10)
                .mapToObj(number -> new Tool("tool-" + number, 1, /* readOnly= */ true))
                .toList();
    }

    MonitorPolicy policy() {
        return preset.policy();
    }

    /** How long its calls go on: the grace period twice, and a window more. */
    double seconds() {
        MonitorPolicy policy = policy();
        return 2.0 * policy.gracePeriod().toSeconds()
                + 2.0 * policy.checkWindow() * policy.checkInterval().toSeconds();
    }

    Scenario with(int number, long firstSeed) {
        return new Scenario(name, number, firstSeed, preset, callsPerMinute, tools, baseline, canary, recordHours);
    }

    /** The same callers and outages, and a new worker that behaves as the previous one. */
    Scenario withPreviousWorker() {
        List<Phase> previous = canary.stream()
                .map(phase -> new Phase(
                        phase.fromSeconds(),
                        baseline.errorRate(),
                        Map.of(),
                        phase.callerErrorShare(),
                        /* latencyFactor= */ 1,
                        /* lostProbeShare= */ 0,
                        /* leakMbPerMinute= */ 0,
                        /* hang= */ false,
                        phase.outageShare()))
                .toList();
        return new Scenario(name, promotions, seed, preset, callsPerMinute, tools, baseline, previous, recordHours);
    }

    /** The phase at a moment; phases are in order, and the first one begins with the promotion. */
    Phase phaseAt(double second) {
        Phase current = canary.get(0);
        for (Phase phase : canary) {
            if (phase.fromSeconds() <= second) {
                current = phase;
            }
        }
        return current;
    }
}

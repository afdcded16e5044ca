package io.weathervane.worker;

import java.util.Map;

/**
 * The calls that a release was given in one role, in numbers that only grow while {@link Origin} is the same.
 *
 * @param latency how long all calls took
 * @param toolLatency how long those of each tool took
 */
public record ServedCallTotals(
        Origin origin, CallTallyDetails details, LatencyHistogram latency, Map<String, LatencyHistogram> toolLatency) {
    /**
     * Counters and process that totals come from.
     *
     * @param counters number of the counters, which begin at 0 when a worker becomes active
     * @param pid the process that answers now; one that was restarted in its place may run other files
     */
    public record Origin(WorkerRelease release, long counters, long pid) {}

    public ServedCallTotals {
        toolLatency = Map.copyOf(toolLatency);
    }
}

package io.weathervane.monitor;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The calls of a watch as the evidence needs them: by marks, for all calls, for slow ones and for each tool.
 *
 * @param lastMark when the open bin began
 * @param all every call that counts
 * @param slow those of callers; failed are those that took too long
 * @param tools and each {@link ToolFailureMetric} of one, at most {@link #TOOLS_MAX}; the calls of further ones are in {@code all} only
 * @param window the calls of the newest checks, for as long as the window is in time
 * @param failingChecks checks so far that saw a failed call
 */
public record WatchCallCounts(
        Instant lastMark,
        CallCountBins all,
        CallCountBins slow,
        Map<String, CallCountBins> tools,
        List<CheckCounts> window,
        long failingChecks) {
    static final int TOOLS_MAX = 192;

    /** More marks would cost space and say little more. */
    static final int MARKS_MAX = 60;

    /** The calls of one check. */
    public record CheckCounts(Instant at, CallCounts counts) {}

    public WatchCallCounts {
        tools = Map.copyOf(tools);
        window = List.copyOf(window);
    }

    static WatchCallCounts begin(Instant now) {
        return new WatchCallCounts(now, CallCountBins.NONE, CallCountBins.NONE, Map.of(), List.of(), 0);
    }

    /** Marks of a watch under this policy: one for each check interval of twice the grace period, within bounds. */
    static int marks(MonitorPolicy policy) {
        long interval = policy.checkInterval().toNanos();
        long all = (2 * policy.gracePeriod().toNanos() + interval - 1) / interval;
        return (int) Math.max(1, Math.min(MARKS_MAX, all));
    }

    /** Least distance of marks. */
    static Duration markEvery(MonitorPolicy policy) {
        Duration spread = policy.gracePeriod().multipliedBy(2).dividedBy(MARKS_MAX);
        return spread.compareTo(policy.checkInterval()) > 0 ? spread : policy.checkInterval();
    }

    /** @param before when the check before was made: the calls of this one are later */
    WatchCallCounts plus(Observation seen, Instant before, Instant now, MonitorPolicy policy) {
        int open = Math.max(0, all.bins().size() - 1);
        boolean another = !all.bins().isEmpty()
                && open + 1 < marks(policy)
                && Duration.between(lastMark, before).compareTo(markEvery(policy)) >= 0;
        int bin = another ? open + 1 : open;
        CallCounts counts = seen.calls().ended();
        return new WatchCallCounts(
                another ? before : lastMark,
                all.plus(bin, counts),
                slow.plus(bin, timed(seen)),
                tools(bin, seen.calls().tools()),
                window(counts, now, policy),
                failingChecks + (seen.calls().sawFailure() ? 1 : 0));
    }

    /** Counts of slow calls of callers; a probe is compared with the same probe, see {@link ToolFailureMetric#LATE}. */
    private static CallCounts timed(Observation seen) {
        long calls = seen.calls().callers().calls();
        return new CallCounts(calls, Math.min(calls, seen.calls().slow()));
    }

    /** The calls that the server sent itself. */
    public CallCountBins probes() {
        CallCountBins sum = CallCountBins.NONE;
        for (Map.Entry<String, CallCountBins> tool : tools.entrySet()) {
            if (isProbe(tool.getKey())) {
                sum = sum.plus(tool.getValue());
            }
        }
        return sum;
    }

    /** The calls of callers. */
    public CallCountBins callers() {
        return all.minus(probes());
    }

    private static boolean isProbe(String tool) {
        return ToolFailureMetric.in(tool) == ToolFailureMetric.PROBES;
    }

    private Map<String, CallCountBins> tools(int bin, Map<String, CallCounts> seen) {
        Map<String, CallCountBins> all = new TreeMap<>(tools);
        seen.forEach((tool, counts) -> {
            if (all.containsKey(tool) || isProbe(tool) || all.size() < TOOLS_MAX) {
                all.put(tool, all.getOrDefault(tool, CallCountBins.NONE).plus(bin, counts));
            }
        });
        return all;
    }

    /** A window of checks is one of time, so that it does not shrink while checks come more often. */
    private List<CheckCounts> window(CallCounts counts, Instant now, MonitorPolicy policy) {
        Instant from = now.minus(policy.checkInterval().multipliedBy(policy.checkWindow()));
        List<CheckCounts> newest = new ArrayList<>(window);
        newest.add(new CheckCounts(now, counts));
        newest.removeIf(check -> !check.at().isAfter(from));
        int most = policy.checkWindow() * MonitorPolicy.DEGRADED_INTERVAL_DIVISOR;
        return newest.subList(Math.max(0, newest.size() - most), newest.size());
    }

    /** Counts before these checks, as one bin: for a replay that has only them. */
    public WatchCallCounts before(List<CheckRecord> checks) {
        CallCounts counted = CallCounts.NONE;
        CallCounts countedSlow = CallCounts.NONE;
        Map<String, CallCounts> countedTools = new TreeMap<>();
        for (CheckRecord check : checks) {
            Observation seen = check.observation();
            counted = counted.plus(seen.calls().ended());
            countedSlow = countedSlow.plus(timed(seen));
            seen.calls().tools().forEach((tool, counts) -> countedTools.merge(tool, counts, CallCounts::plus));
        }
        Map<String, CallCountBins> toolsBefore = new TreeMap<>();
        tools.forEach((tool, bins) ->
                toolsBefore.put(tool, rest(bins, countedTools.getOrDefault(tool, CallCounts.NONE))));
        long failing = checks.stream()
                .filter(check -> check.observation().calls().sawFailure())
                .count();
        return new WatchCallCounts(
                lastMark,
                rest(all, counted),
                rest(slow, countedSlow),
                toolsBefore,
                List.of(),
                Math.max(0, failingChecks - failing));
    }

    private static CallCountBins rest(CallCountBins bins, CallCounts counted) {
        return new CallCountBins(List.of(bins.total().minus(counted)));
    }

    CallCounts pooled() {
        return window.stream().map(CheckCounts::counts).reduce(CallCounts.NONE, CallCounts::plus);
    }
}

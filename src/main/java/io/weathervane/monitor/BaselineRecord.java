package io.weathervane.monitor;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Record of the previous worker at the moment of a promotion, with which the new one is compared; it does not change
 * afterwards.
 *
 * @param worker its label; empty when there was none
 * @param calls its calls; few of them say little, see {@link #known}
 * @param tools the same for each of its tools
 * @param spread how much more its failures vary than independent ones would, from 1 to {@link #SPREAD_MAX}
 * @param latency empty when it had too few calls
 * @param source where it comes from
 */
public record BaselineRecord(
        Optional<String> worker,
        CallCounts calls,
        Map<String, CallCounts> tools,
        double spread,
        Optional<LatencyRecord> latency,
        Source source) {
    /** Calls from which on a record has an error rate of its own. */
    public static final long CALLS_MIN = 100;

    public static final double SPREAD_MAX = 20;

    private static final double Z = 2.576; // two-sided 99 %

    private static final BaselineRecord NONE =
            new BaselineRecord(Optional.empty(), CallCounts.NONE, Map.of(), 1, Optional.empty());

    /**
     * Origin of a record.
     *
     * @param served how long the previous worker had these calls; zero when that is not known
     * @param lack why the record has less than could be expected; empty when it has not
     */
    public record Source(Duration served, Optional<String> lack) {
        public static final Source UNKNOWN = new Source(Duration.ZERO, Optional.empty());
    }

    public BaselineRecord {
        tools = Map.copyOf(tools);
        spread = Math.max(1, Math.min(SPREAD_MAX, spread));
    }

    /** A record of which is not known where it comes from. */
    public BaselineRecord(
            Optional<String> worker,
            CallCounts calls,
            Map<String, CallCounts> tools,
            double spread,
            Optional<LatencyRecord> latency) {
        this(worker, calls, tools, spread, latency, Source.UNKNOWN);
    }

    /** Nothing is known: failures count against a baseline of 0. */
    public static BaselineRecord none() {
        return NONE;
    }

    /** Whether there are enough calls for an error rate. */
    public boolean known() {
        return calls.calls() >= CALLS_MIN;
    }

    /** The previous worker's own error rate; 0 while it is not {@link #known}. */
    public double rate() {
        return known() ? calls.rate().orElse(0) : 0;
    }

    /** Record that the new worker is compared with, for people. */
    public String text() {
        String lack = source.lack().map(why -> "; " + why).orElse("");
        if (calls.calls() == 0) {
            return "no record of the previous release " + workerText() + ": judged against limits only" + lack;
        }
        String counted = calls.text() + " failed"
                + (source.served().isZero() ? "" : " in " + hoursText(source.served()) + " with calls");
        return known()
                ? "compared with the record of " + workerText() + ": " + counted + lack
                : "too small a record of the previous release " + workerText() + ": judged against limits only; "
                        + counted + ", " + CALLS_MIN + " calls are needed" + lack;
    }

    private static String hoursText(Duration time) {
        return time.compareTo(Duration.ofHours(1)) < 0
                ? Math.max(1, time.toMinutes()) + " min"
                : String.format(Locale.ROOT, "%.1f h", time.toMinutes() / 60.0);
    }

    /** The previous worker's name for people. */
    String workerText() {
        return worker.orElse("(unknown)");
    }

    /**
     * The tools of which a call went well, with their p95 where it is known: a worker that does not have them any longer is at
     * fault, and so is one whose calls wait much longer.
     */
    public Map<String, Optional<Duration>> toolsThatWentWell() {
        Map<String, Long> p95 = latency.map(LatencyRecord::toolsP95Nanos).orElse(Map.of());
        return tools.entrySet().stream()
                .filter(tool -> ToolFailureMetric.in(tool.getKey()) == ToolFailureMetric.CALLS)
                .filter(tool -> tool.getValue().calls() > tool.getValue().failed())
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey,
                        tool -> Optional.ofNullable(p95.get(tool.getKey())).map(Duration::ofNanos)));
    }

    /** Margin by which a worse worker must exceed the previous one: 3 points, or a fifth of its rate. */
    double margin() {
        return Math.max(MonitorPolicy.MARGIN_MIN, MonitorPolicy.MARGIN_SHARE * rate());
    }

    /** The highest error rate that the record still allows for. */
    double upper() {
        return upper(calls, spread);
    }

    /** The same for a part of the calls. */
    double upperOf(CallCounts part) {
        return upper(part, spread);
    }

    /** The highest error rate that the record allows for of this tool, or of all calls. */
    double upperOf(Optional<String> tool) {
        return tool.map(name -> upperOf(tools.getOrDefault(name, CallCounts.NONE)))
                .orElseGet(this::upper);
    }

    /** A record without any failure counts as {@link #CALLS_MIN} calls at least: no failure was seen, so none is expected. */
    private static double upper(CallCounts counts, double spread) {
        double calls = counts.failed() == 0 ? Math.max(CALLS_MIN, counts.calls() / spread) : counts.calls() / spread;
        return WilsonInterval.upperBound(counts.failed() / spread, calls, Z);
    }

    /**
     * Durations of the previous worker's calls.
     *
     * @param limitNanos a call that took longer is slow: twice the p95, and not less than {@link #SLOWER_MIN_NANOS} more
     * @param slow its own calls, and those that were slow by this limit
     * @param toolsP95Nanos the p95 of each tool that had enough calls
     */
    public record LatencyRecord(long p95Nanos, long limitNanos, CallCounts slow, Map<String, Long> toolsP95Nanos) {
        /** Calls from which on a p95 means something. */
        public static final long CALLS_MIN = 20;

        /** 20 ms: less is what a busy machine does to any call. */
        public static final long SLOWER_MIN_NANOS = 20_000_000;

        private static final long FACTOR = 2;

        public LatencyRecord {
            toolsP95Nanos = Map.copyOf(toolsP95Nanos);
        }

        /** Without that of the tools. */
        public LatencyRecord(long p95Nanos, long limitNanos, CallCounts slow) {
            this(p95Nanos, limitNanos, slow, Map.of());
        }

        public static long limitNanos(long p95Nanos) {
            return Math.max(FACTOR * p95Nanos, p95Nanos + SLOWER_MIN_NANOS);
        }

        double upper() {
            return WilsonInterval.upperBound((double) slow.failed(), (double) slow.calls(), Z);
        }
    }
}

package io.weathervane.worker.routing;

import io.weathervane.failure.FailureRecorder;
import io.weathervane.failure.ReleaseCalls;
import io.weathervane.worker.CallTallyDetails;
import io.weathervane.worker.CallTotals;
import io.weathervane.worker.FailureDispersionSums;
import io.weathervane.worker.LatencyHistogram;
import io.weathervane.worker.RecentCallSummary;
import io.weathervane.worker.SampledCall;
import io.weathervane.worker.ServedCallTotals;
import io.weathervane.worker.ToolCallCounts;
import io.weathervane.worker.ToolComparisonCountKey;
import io.weathervane.worker.WorkerRelease;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Counts the outcomes of calls, and keeps how long the newest took; see {@link CallTotals} for what counts. Its lock is held
 * for some additions and one array write at a time, but for the copies that {@link #recent} and {@link #figures} make.
 */
public final class CallCounters {
    /** Tools told apart; the calls of further ones count in the sums only. */
    static final int TOOLS_MAX = 64;

    /** The newest calls that are kept: ten lie above their p99, and they take 8 KB. */
    private static final int RECENT_MAX = 1024;

    /** Short bins tell runs where few calls were made, long ones tell long runs. */
    private static final List<Long> BIN_SIZES = List.of(20L, 100L);

    private static final AtomicLong NUMBERS = new AtomicLong();

    private final long number = NUMBERS.incrementAndGet();

    /** What each took in nanoseconds, as its complement when it failed. */
    private final long[] newest = new long[RECENT_MAX];

    /** Changed with the lock held, read without. */
    private final Map<String, ToolCallCounts> tools = new ConcurrentHashMap<>();

    private volatile ToolCallCounts otherTools = ToolCallCounts.NONE;
    private final List<FailureDispersionSums.Accumulator> bins =
            BIN_SIZES.stream().map(FailureDispersionSums.Accumulator::new).toList();
    private volatile Map<String, Expected> expected;
    private final Map<String, AcceptedArgumentRefusalCounter> arguments = new HashMap<>();
    private final LatencyHistogram.Accumulator latency = new LatencyHistogram.Accumulator();
    private final Map<String, LatencyHistogram.Accumulator> toolLatency = new HashMap<>();
    private final Map<String, SlowCallThreshold> thresholds = new HashMap<>();
    private final Map<String, Long> abandoned = new ConcurrentHashMap<>();
    private final Map<String, Long> late = new HashMap<>();
    private final SampledCallBuffer sampledCalls = new SampledCallBuffer();
    private final FailureRecorder failures = new FailureRecorder();
    private long requests;
    private long errors;
    private long toolErrors;
    private long callerErrors;
    private long failureRun;
    private long slow;
    private long slowLimit = Long.MAX_VALUE;

    /** Expectations of a tool that the worker before gives. */
    private record Expected(AcceptedArgumentRefusalCounter.Taken taken, OptionalLong patienceNanos) {
        static final Expected NOTHING = new Expected(AcceptedArgumentRefusalCounter.Taken.NONE, OptionalLong.empty());
    }

    public CallCounters() {
        this(Map.of());
    }

    private CallCounters(Map<String, Expected> expected) {
        this.expected = expected;
    }

    /** The counters of the worker that takes this one's place. */
    public synchronized CallCounters next() {
        return new CallCounters(tools.entrySet().stream()
                .filter(tool -> tool.getValue().requests() > tool.getValue().errors())
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableMap(Function.identity(), this::expectedOf)));
    }

    private Expected expectedOf(String tool) {
        AcceptedArgumentRefusalCounter argumentRefusals = arguments.get(tool);
        SlowCallThreshold threshold = thresholds.get(tool);
        return new Expected(
                argumentRefusals == null ? AcceptedArgumentRefusalCounter.Taken.NONE : argumentRefusals.taken(),
                threshold == null ? OptionalLong.empty() : threshold.patienceNanos());
    }

    /** Buffer of the counted calls that can be made again. */
    SampledCallBuffer sampler() {
        return sampledCalls;
    }

    /** Keeps the newest calls of read-only tools from now on, without those kept before; or keeps none any longer. */
    public void sampleCalls(boolean on) {
        sampledCalls.turn(on);
    }

    /** The calls kept, newest first within each outcome. */
    public List<SampledCall> sampledCalls() {
        return sampledCalls.newest();
    }

    /** Whether the tool went well with the worker before this one. */
    boolean expects(String tool) {
        return expected.containsKey(tool);
    }

    /** Counts these tools, too, as tools that went well with the worker before: a record says so that outlived a restart. */
    public synchronized void expect(Map<String, Optional<Duration>> recorded) {
        Map<String, Expected> all = new HashMap<>(expected);
        recorded.forEach((tool, p95) -> {
            if (all.containsKey(tool) || all.size() < TOOLS_MAX) {
                Expected known = all.getOrDefault(tool, Expected.NOTHING);
                all.put(tool, known.patienceNanos().isPresent() ? known : new Expected(known.taken(), patience(p95)));
            }
        });
        expected = Map.copyOf(all);
    }

    private static OptionalLong patience(Optional<Duration> p95) {
        return p95.isPresent()
                ? OptionalLong.of(SlowCallThreshold.patienceNanos(p95.get().toNanos()))
                : OptionalLong.empty();
    }

    /** Calls that take longer are counted as slow from now on. */
    public synchronized void countSlowAbove(Duration limit) {
        slowLimit = limit.toNanos();
    }

    synchronized void succeeded(String tool, long nanos) {
        keep(Math.max(0, nanos), nanos);
        failureRun = 0;
        count(tool, nanos, /* failed= */ false, /* toolError= */ false);
        if (nanos >= patienceNanos(tool) && (late.containsKey(tool) || late.size() < TOOLS_MAX)) {
            late.merge(tool, 1L, Long::sum);
        }
        if (thresholds.containsKey(tool) || thresholds.size() < TOOLS_MAX) {
            thresholds.computeIfAbsent(tool, one -> new SlowCallThreshold()).took(nanos);
        }
    }

    /**
     * Its caller gave it up after this time; false, and it counts for nothing, when calls of the tool may take as long.
     * A caller in a hurry says nothing of the worker.
     */
    synchronized boolean abandoned(String tool, long nanos) {
        boolean counts = nanos >= patienceNanos(tool);
        if (counts) {
            unanswered(tool);
        }
        return counts;
    }

    /** A call counts as given up. */
    synchronized void unanswered(String tool) {
        if (abandoned.containsKey(tool) || abandoned.size() < TOOLS_MAX) {
            abandoned.merge(tool, 1L, Long::sum);
        }
    }

    /** Whether a call of the tool went well. */
    synchronized boolean hasDone(String tool) {
        ToolCallCounts calls = tools.get(tool);
        return calls != null && calls.requests() > calls.errors();
    }

    /** Longest usual wait of a call of the tool; a longer one tells about the worker. */
    synchronized long patienceNanos(String tool) {
        OptionalLong before = expected.getOrDefault(tool, Expected.NOTHING).patienceNanos();
        SlowCallThreshold threshold = thresholds.get(tool);
        OptionalLong usual = before.isPresent() || threshold == null ? before : threshold.patienceNanos();
        return usual.orElse(SlowCallThreshold.PATIENCE_UNKNOWN.toNanos());
    }

    /** Remembers the arguments of a call that went well. */
    synchronized void took(String tool, AcceptedArgumentRefusalCounter.Print print) {
        knownOf(tool).ifPresent(argumentRefusals -> argumentRefusals.wentWell(print));
    }

    /**
     * By what the worker says its caller's mistake; whether it is, a comparison with what it took before tells. True when
     * there is something to compare it with.
     */
    synchronized boolean refused(String tool, AcceptedArgumentRefusalCounter.Print print) {
        callerErrors++;
        boolean called = tools.containsKey(tool) || expected.containsKey(tool);
        return called
                && knownOf(tool)
                        .map(argumentRefusals -> argumentRefusals.refused(print))
                        .orElse(false);
    }

    private Optional<AcceptedArgumentRefusalCounter> knownOf(String tool) {
        if (!arguments.containsKey(tool) && arguments.size() >= TOOLS_MAX) {
            return Optional.empty();
        }
        return Optional.of(arguments.computeIfAbsent(
                tool,
                one -> new AcceptedArgumentRefusalCounter(
                        expected.getOrDefault(one, Expected.NOTHING).taken())));
    }

    synchronized void failed(String tool, long nanos, boolean toolError) {
        keep(~Math.max(0, nanos), nanos);
        errors++;
        failureRun++;
        toolErrors += toolError ? 1 : 0;
        count(tool, nanos, /* failed= */ true, toolError);
    }

    synchronized void failedByCaller() {
        callerErrors++;
    }

    private void keep(long call, long nanos) {
        newest[(int) (requests % RECENT_MAX)] = call;
        requests++;
        slow += nanos > slowLimit ? 1 : 0;
    }

    private void count(String tool, long nanos, boolean failed, boolean toolError) {
        bins.forEach(bin -> bin.add(failed));
        latency.add(nanos);
        ToolCallCounts known = tools.get(tool);
        if (known != null || tools.size() < TOOLS_MAX) {
            tools.put(tool, (known == null ? ToolCallCounts.NONE : known).plus(failed, toolError));
            toolLatency
                    .computeIfAbsent(tool, one -> new LatencyHistogram.Accumulator())
                    .add(nanos);
        } else {
            otherTools = otherTools.plus(failed, toolError);
        }
    }

    /** Failures of the counted calls. */
    FailureRecorder failures() {
        return failures;
    }

    /** The name that the tool's calls are counted under. */
    String countedAs(String tool) {
        return tools.containsKey(tool) || tools.size() < TOOLS_MAX ? tool : ReleaseCalls.OTHER_TOOLS;
    }

    /** The calls by tool, those given up among them, with what failed of them; without the lock, so that no call waits for its reader. */
    ReleaseCalls failedCalls() {
        return failures.among(this::callsByTool);
    }

    private Map<String, Long> callsByTool() {
        Map<String, Long> calls = new HashMap<>();
        tools.forEach((tool, tally) -> calls.put(tool, tally.requests()));
        abandoned.forEach((tool, count) -> calls.merge(countedAs(tool), count, Long::sum));
        if (otherTools.requests() > 0) {
            calls.merge(ReleaseCalls.OTHER_TOOLS, otherTools.requests(), Long::sum);
        }
        return calls;
    }

    public synchronized CallTotals now() {
        return new CallTotals(requests, errors, failureRun);
    }

    /** Calls that failed by their caller's mistake; they are in no other number. */
    synchronized long callerErrors() {
        return callerErrors;
    }

    public synchronized CallTallyDetails figures() {
        Map<ToolComparisonCountKey, ToolCallCounts> parts = new HashMap<>();
        arguments.forEach((tool, argumentRefusals) -> argumentRefusals.putParts(tool, parts));
        late.forEach((tool, calls) -> parts.put(
                new ToolComparisonCountKey(tool, ToolComparisonCountKey.Kind.LATE),
                new ToolCallCounts(
                        Math.max(
                                calls,
                                tools.getOrDefault(tool, ToolCallCounts.NONE).requests()),
                        calls,
                        0)));
        abandoned.forEach((tool, calls) -> parts.put(
                new ToolComparisonCountKey(tool, ToolComparisonCountKey.Kind.GIVEN_UP),
                new ToolCallCounts(tools.getOrDefault(tool, ToolCallCounts.NONE).requests() + calls, calls, 0)));
        return new CallTallyDetails(
                now(),
                toolErrors,
                slow,
                tools,
                parts,
                bins.stream().map(FailureDispersionSums.Accumulator::full).toList());
    }

    /** All that is counted, for the record of the release whose process this is. */
    public synchronized ServedCallTotals served(WorkerRelease release, long pid) {
        return new ServedCallTotals(
                new ServedCallTotals.Origin(release, number, pid),
                figures(),
                latency.counted(),
                toolLatency.entrySet().stream()
                        .collect(Collectors.toUnmodifiableMap(
                                Map.Entry::getKey, tool -> tool.getValue().counted())));
    }

    public RecentCallSummary recent() {
        long[] calls = copy();
        long failed = Arrays.stream(calls).filter(call -> call < 0).count();
        return RecentCallSummary.of(taken(calls), failed);
    }

    private static long[] taken(long[] calls) {
        return Arrays.stream(calls).map(call -> call < 0 ? ~call : call).toArray();
    }

    private synchronized long[] copy() {
        return Arrays.copyOf(newest, (int) Math.min(requests, RECENT_MAX));
    }
}

package io.weathervane.worker;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Counts the outcomes of calls, and keeps how long the newest took; see {@link Tally} for what counts. Its lock is held
 * for some additions and one array write at a time, but for the copies that {@link #recent} and {@link #figures} make.
 */
final class CallCounters {
    /** Tools told apart; the calls of further ones count in the sums only. */
    static final int TOOLS_MAX = 64;

    /** The newest calls that are kept: ten lie above their p99, and they take 8 KB. */
    private static final int RECENT_MAX = 1024;

    /** Short bins tell runs where few calls were made, long ones tell long runs. */
    private static final List<Long> BIN_SIZES = List.of(20L, 100L);

    /** What each took in nanoseconds, as its complement when it failed. */
    private final long[] newest = new long[RECENT_MAX];

    private final Map<String, ToolTally> tools = new HashMap<>();
    private final List<FailureBins.Filling> bins =
            BIN_SIZES.stream().map(FailureBins.Filling::new).toList();
    private final Map<String, KnownArguments.Taken> expected;
    private final Map<String, KnownArguments> arguments = new HashMap<>();
    private long requests;
    private long errors;
    private long toolErrors;
    private long callerErrors;
    private long failureRun;
    private long slow;
    private long slowLimit = Long.MAX_VALUE;

    CallCounters() {
        this(Map.of());
    }

    private CallCounters(Map<String, KnownArguments.Taken> expected) {
        this.expected = expected;
    }

    /** The counters of the worker that takes this one's place. */
    synchronized CallCounters next() {
        return new CallCounters(tools.entrySet().stream()
                .filter(tool -> tool.getValue().requests() > tool.getValue().errors())
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableMap(Function.identity(), this::taken)));
    }

    private KnownArguments.Taken taken(String tool) {
        KnownArguments known = arguments.get(tool);
        return known == null ? KnownArguments.Taken.NONE : known.taken();
    }

    /** Whether the tool went well with the worker before this one. */
    boolean expects(String tool) {
        return expected.containsKey(tool);
    }

    /** Calls that take longer are counted as slow from now on. */
    synchronized void countSlowAbove(Duration limit) {
        slowLimit = limit.toNanos();
    }

    synchronized void succeeded(String tool, long nanos) {
        keep(Math.max(0, nanos), nanos);
        failureRun = 0;
        count(tool, /* failed= */ false, /* toolError= */ false);
    }

    /** Remembers the arguments of a call that went well. */
    synchronized void took(String tool, KnownArguments.Print print) {
        knownOf(tool).ifPresent(known -> known.wentWell(print));
    }

    /** By what the worker says its caller's mistake; whether it is, a comparison with what it took before tells. */
    synchronized void refused(String tool, KnownArguments.Print print) {
        callerErrors++;
        if (tools.containsKey(tool) || expected.containsKey(tool)) {
            knownOf(tool).ifPresent(known -> known.refused(print));
        }
    }

    private Optional<KnownArguments> knownOf(String tool) {
        if (!arguments.containsKey(tool) && arguments.size() >= TOOLS_MAX) {
            return Optional.empty();
        }
        return Optional.of(arguments.computeIfAbsent(
                tool, one -> new KnownArguments(expected.getOrDefault(one, KnownArguments.Taken.NONE))));
    }

    synchronized void failed(String tool, long nanos, boolean toolError) {
        keep(~Math.max(0, nanos), nanos);
        errors++;
        failureRun++;
        toolErrors += toolError ? 1 : 0;
        count(tool, /* failed= */ true, toolError);
    }

    synchronized void failedByCaller() {
        callerErrors++;
    }

    private void keep(long call, long nanos) {
        newest[(int) (requests % RECENT_MAX)] = call;
        requests++;
        slow += nanos > slowLimit ? 1 : 0;
    }

    private void count(String tool, boolean failed, boolean toolError) {
        bins.forEach(bin -> bin.add(failed));
        ToolTally known = tools.get(tool);
        if (known != null || tools.size() < TOOLS_MAX) {
            tools.put(tool, (known == null ? ToolTally.NONE : known).plus(failed, toolError));
        }
    }

    synchronized Tally now() {
        return new Tally(requests, errors, failureRun);
    }

    synchronized CallFigures figures() {
        Map<CallPart, ToolTally> parts = new HashMap<>();
        arguments.forEach((tool, known) -> known.putParts(tool, parts));
        return new CallFigures(
                now(),
                toolErrors,
                callerErrors,
                slow,
                tools,
                parts,
                bins.stream().map(FailureBins.Filling::full).toList());
    }

    CallStatistics recent() {
        long[] calls = copy();
        long failed = Arrays.stream(calls).filter(call -> call < 0).count();
        return CallStatistics.of(taken(calls), failed);
    }

    /** How many of the newest calls took longer. */
    long recentSlowerThan(Duration limit) {
        return Arrays.stream(taken(copy()))
                .filter(nanos -> nanos > limit.toNanos())
                .count();
    }

    private static long[] taken(long[] calls) {
        return Arrays.stream(calls).map(call -> call < 0 ? ~call : call).toArray();
    }

    private synchronized long[] copy() {
        return Arrays.copyOf(newest, (int) Math.min(requests, RECENT_MAX));
    }
}

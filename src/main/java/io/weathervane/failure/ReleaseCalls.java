package io.weathervane.failure;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The calls of one release, and what failed of them.
 *
 * @param calls how many by tool, failed ones included; those of tools that are not told apart are under {@link
 *     #OTHER_TOOLS}
 * @param byWorker the failed of them
 * @param byCallers calls that failed by their callers' mistakes, which are in no other number
 * @param probes calls that watches made themselves, which are in no other number; have none of their own
 */
public record ReleaseCalls(
        Map<String, Long> calls, FailureCounts byWorker, FailureCounts byCallers, Optional<ReleaseCalls> probes) {
    /** Stands for the tools that are not told apart. */
    public static final String OTHER_TOOLS = "(other tools)";

    public static final ReleaseCalls NONE =
            new ReleaseCalls(Map.of(), FailureCounts.NONE, FailureCounts.NONE, Optional.empty());

    public ReleaseCalls {
        calls = Map.copyOf(calls);
    }

    /** Both together, in the same bounds. */
    public ReleaseCalls plus(ReleaseCalls other) {
        Map<String, Long> sum = new HashMap<>(calls);
        other.calls.forEach((tool, count) -> sum.merge(counted(tool, sum), count, Long::sum));
        return new ReleaseCalls(
                sum,
                byWorker.plus(other.byWorker, tool -> counted(tool, sum)),
                byCallers.plus(other.byCallers, UnaryOperator.identity()),
                plus(probes, other.probes));
    }

    private static Optional<ReleaseCalls> plus(Optional<ReleaseCalls> one, Optional<ReleaseCalls> other) {
        return one.isEmpty() ? other : one.map(known -> known.plus(other.orElse(NONE)));
    }

    private static String counted(String tool, Map<String, Long> known) {
        return known.containsKey(tool) || known.size() < FailureCounts.TOOLS_MAX ? tool : OTHER_TOOLS;
    }

    /** The same without telling tools apart. */
    public ReleaseCalls asOneTool() {
        return new ReleaseCalls(
                Map.of(OTHER_TOOLS, total()),
                FailureCounts.NONE.plus(byWorker, tool -> OTHER_TOOLS),
                FailureCounts.NONE.plus(byCallers, tool -> OTHER_TOOLS),
                probes.map(ReleaseCalls::asOneTool));
    }

    public long total() {
        return calls.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Whether there is nothing to tell of. */
    public boolean isEmpty() {
        return total() == 0 && byCallers.isEmpty() && probes.isEmpty();
    }

    long of(String tool) {
        return calls.getOrDefault(tool, 0L);
    }
}

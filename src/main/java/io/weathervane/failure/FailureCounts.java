package io.weathervane.failure;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Failed calls by tool and kind. Immutable and bounded: what is beyond a bound counts under {@link ReleaseCalls#OTHER_TOOLS} or
 * {@link FailureGroupKey#OTHER}, so that the sums stay right.
 */
final class FailureCounts {
    /** Tools told apart. */
    static final int TOOLS_MAX = 64;

    /** Kinds told apart for each tool. */
    static final int KINDS_MAX = 16;

    /** Newest samples of each kind. */
    static final int SAMPLES_MAX = 3;

    static final FailureCounts NONE = new FailureCounts(Map.of());

    private final Map<String, Map<FailureGroupKey, Entry>> tools;

    /**
     * Calls of one tool that failed alike.
     *
     * @param samples the newest first
     */
    record Entry(long count, List<FailureSample> samples) {
        static final Entry NONE = new Entry(0, List.of());

        Entry plus(Entry other) {
            return new Entry(
                    count + other.count,
                    Stream.concat(samples.stream(), other.samples.stream())
                            .sorted(Comparator.comparing(FailureSample::at).reversed())
                            .limit(SAMPLES_MAX)
                            .toList());
        }
    }

    private FailureCounts(Map<String, Map<FailureGroupKey, Entry>> tools) {
        this.tools = tools;
    }

    /** With one call more. */
    FailureCounts plus(String tool, FailureGroupKey key, FailureSample sample) {
        Map<String, Map<FailureGroupKey, Entry>> sum = new HashMap<>(tools);
        add(sum, tool, Map.of(key, new Entry(1, List.of(sample))));
        return new FailureCounts(sum);
    }

    /**
     * With those of the other, too.
     *
     * @param counted under which name each tool of the other counts here
     */
    FailureCounts plus(FailureCounts other, UnaryOperator<String> counted) {
        Map<String, Map<FailureGroupKey, Entry>> sum = new HashMap<>(tools);
        other.tools.forEach((tool, keys) -> add(sum, counted.apply(tool), keys));
        return new FailureCounts(sum);
    }

    private static void add(
            Map<String, Map<FailureGroupKey, Entry>> sum, String tool, Map<FailureGroupKey, Entry> keys) {
        String counted = isRoomFor(tool, sum, TOOLS_MAX) ? tool : ReleaseCalls.OTHER_TOOLS;
        Map<FailureGroupKey, Entry> together = new HashMap<>(sum.getOrDefault(counted, Map.of()));
        keys.forEach((key, entry) ->
                together.merge(isRoomFor(key, together, KINDS_MAX) ? key : FailureGroupKey.OTHER, entry, Entry::plus));
        sum.put(counted, together);
    }

    private static <K> boolean isRoomFor(K key, Map<K, ?> map, int most) {
        return map.containsKey(key) || map.size() < most;
    }

    /** What the tool's calls failed with. */
    Map<FailureGroupKey, Entry> of(String tool) {
        return tools.getOrDefault(tool, Map.of());
    }

    boolean isEmpty() {
        return tools.isEmpty();
    }

    /** The tools with failed calls. */
    Iterable<String> tools() {
        return tools.keySet();
    }
}

package io.weathervane.worker;

import java.util.List;
import java.util.Map;

/**
 * Counts of a worker's calls beyond the sums of its {@link CallTotals}.
 *
 * @param toolErrors those of the errors that were results with {@code isError: true}
 * @param slow calls that took longer than what was asked to be counted as slow
 * @param tools by tool, for as many of them as are counted apart
 * @param parts what is told apart further, as far as anything failed in it; its calls may be in no other number
 * @param dispersion how evenly the failures came
 */
public record CallTallyDetails(
        CallTotals totals,
        long toolErrors,
        long slow,
        Map<String, ToolCallCounts> tools,
        Map<ToolComparisonCountKey, ToolCallCounts> parts,
        List<FailureDispersionSums> dispersion) {
    public static final CallTallyDetails NONE =
            new CallTallyDetails(CallTotals.NONE, 0, 0, Map.of(), Map.of(), List.of());

    public CallTallyDetails {
        tools = Map.copyOf(tools);
        parts = Map.copyOf(parts);
        dispersion = List.copyOf(dispersion);
    }
}

package io.weathervane.worker;

/**
 * The calls of one tool.
 *
 * @param errors those that failed, tool errors included where they count
 * @param toolErrors those of the errors that were results with {@code isError: true}
 */
public record ToolCallCounts(long requests, long errors, long toolErrors) {
    public static final ToolCallCounts NONE = new ToolCallCounts(0, 0, 0);

    public ToolCallCounts plus(boolean failed, boolean toolError) {
        return new ToolCallCounts(requests + 1, errors + (failed ? 1 : 0), toolErrors + (toolError ? 1 : 0));
    }
}

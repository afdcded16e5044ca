package io.weathervane.worker;

/**
 * The calls of one tool.
 *
 * @param errors those that failed, tool errors included where they count
 * @param toolErrors those of the errors that were results with {@code isError: true}
 */
public record ToolTally(long requests, long errors, long toolErrors) {
    public static final ToolTally NONE = new ToolTally(0, 0, 0);

    public ToolTally plus(boolean failed, boolean toolError) {
        return new ToolTally(requests + 1, errors + (failed ? 1 : 0), toolErrors + (toolError ? 1 : 0));
    }
}

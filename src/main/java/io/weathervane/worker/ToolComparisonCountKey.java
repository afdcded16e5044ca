package io.weathervane.worker;

/** Key of counts of one tool beside its calls and failures, which tell about the worker only by comparison. */
public record ToolComparisonCountKey(String tool, Kind kind) {
    /** Feature that the counted calls have in common; the failed of them ended so. */
    public enum Kind {
        /** Arguments that went well before, value by value: the failed were refused as invalid. */
        SAME_ARGUMENTS,
        /** Arguments whose names and types went well before; the same ones refused again say nothing new, and count once. */
        SAME_FORM,
        /** All of the tool's: the failed were given up by their callers, or wait, much longer than usual. */
        GIVEN_UP,
        /** All of the tool's: the failed went well, but took much longer than usual. */
        LATE
    }
}

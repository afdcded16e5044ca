package io.weathervane.worker;

/** Policy for tool results with {@code isError: true}. */
public enum ToolErrorPolicy {
    /** As a failure, but only against the previous worker's own rate: what failed as often before is no fault of the new one. */
    RELATIVE,
    /** As a failure, whatever the previous worker's rate was. */
    COUNTED,
    /** Not at all. */
    IGNORED
}

package io.weathervane.worker;

/** How a tool result with {@code isError: true} counts. */
public enum ToolErrorPolicy {
    /** As a failure, but only against the previous worker's own rate: what failed as often before is no fault of the new one. */
    RELATIVE,
    /** As a failure, whatever the previous worker's rate was. */
    COUNTED,
    /** Not at all. */
    IGNORED
}

package io.weathervane.monitor;

import java.util.stream.Stream;

/**
 * Metric by which one tool is compared: its calls, or those of them that tell about the worker only by comparison. Each
 * is counted under a name of its own, which begins with the tool's.
 */
public enum ToolFailureMetric {
    /** Each call that counts. */
    CALLS("", "failed"),
    /** The worker refuses as invalid what went well before, value by value: no caller can help that. */
    SAME_ARGUMENTS(" with arguments that were valid before", "were refused as invalid"),
    /**
     * The worker refuses as invalid what has the names and types that went well before. The values may be a caller's mistake,
     * so a rollback needs that not one call goes well any longer.
     */
    SAME_FORM(" with arguments of a form that was valid before", "were refused as invalid"),
    /** All calls of the tool: the failed were given up by their callers, or wait for good. */
    GIVEN_UP(
            " given up by callers",
            "were given up by their callers, or wait, much longer than the calls of the previous worker took"),
    /** All calls of the tool: the failed went well in the end, so that the watch is degraded and nothing rolled back. */
    LATE(" ending late", "took much longer than those of the previous worker"),
    /** The calls that the server itself sends during a watch; they are in the sum of all calls, too. */
    PROBES(" as a probe", "failed");

    private final String suffix;
    private final String failure;

    ToolFailureMetric(String suffix, String failure) {
        this.suffix = suffix;
        this.failure = failure;
    }

    public String of(String tool) {
        return tool + suffix;
    }

    static ToolFailureMetric in(String name) {
        return Stream.of(values())
                .filter(part -> part != CALLS && name.endsWith(part.suffix))
                .findFirst()
                .orElse(CALLS);
    }

    String tool(String name) {
        return name.substring(0, name.length() - suffix.length());
    }

    /** Words for its calls, as in "12 of 20 calls of export failed". */
    String calls(String name) {
        return this == GIVEN_UP ? tool(name) : name;
    }

    /** Words for its failed calls, as in "12 of 20 calls of export failed". */
    String failure() {
        return failure;
    }

    /** Whether evidence of it may be the reason of a rollback. */
    boolean rollsBack() {
        return this != LATE;
    }

    /**
     * Whether a rollback needs that its calls went well before. A probe is a call that must go well: the configuration says
     * so, and one that fails on the previous worker, too, is not counted.
     */
    boolean needsToBeKnown() {
        return this != PROBES;
    }

    boolean needsAllToFail() {
        return this == SAME_FORM;
    }
}

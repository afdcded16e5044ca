package io.weathervane.monitor;

import java.util.stream.Stream;

/**
 * What is compared of one tool: its calls, or those of them that say something of the worker only by comparison. Each is
 * counted under a name of its own, which begins with the tool's.
 */
public enum Part {
    /** Each call that counts. */
    CALLS("", "failed"),
    /** The worker refuses as invalid what went well before, value by value: no caller can help that. */
    SAME_ARGUMENTS(" with arguments that were valid before", "were refused as invalid"),
    /**
     * The worker refuses as invalid what has the names and types that went well before. The values may be a caller's mistake,
     * so a rollback needs that not one call goes well any longer.
     */
    SAME_FORM(" with arguments of a form that was valid before", "were refused as invalid");

    private final String suffix;
    private final String failure;

    Part(String suffix, String failure) {
        this.suffix = suffix;
        this.failure = failure;
    }

    public String of(String tool) {
        return tool + suffix;
    }

    static Part in(String name) {
        return Stream.of(values())
                .filter(part -> part != CALLS && name.endsWith(part.suffix))
                .findFirst()
                .orElse(CALLS);
    }

    String tool(String name) {
        return name.substring(0, name.length() - suffix.length());
    }

    /** What its failed calls did, as in "12 of 20 calls of export failed". */
    String failure() {
        return failure;
    }

    boolean needsAllToFail() {
        return this == SAME_FORM;
    }
}

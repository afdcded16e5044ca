package io.weathervane.worker;

import tools.jackson.databind.node.ObjectNode;

/**
 * A caller's call of a read-only tool that can be made again.
 *
 * @param arguments as the caller gave them; not to be changed
 */
public record SampledCall(String tool, ObjectNode arguments, Outcome outcome) {
    /** Way in which a call counts. */
    public enum Outcome {
        PASSED,
        FAILED,
        /** The worker refused its arguments, which is the caller's mistake unless such arguments were valid before. */
        REFUSED
    }
}

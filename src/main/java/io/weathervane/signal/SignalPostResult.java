package io.weathervane.signal;

/**
 * Result of a post.
 *
 * @param text for its sender
 */
public record SignalPostResult(Outcome outcome, String text) {
    /** Only what was taken changes anything. */
    public enum Outcome {
        TAKEN,
        /** No signal of this name is posted. */
        UNKNOWN,
        /** Nothing proves that the sender may post it. */
        UNPROVEN,
        MALFORMED,
        /** There is no room for it now. */
        TOO_MANY
    }
}

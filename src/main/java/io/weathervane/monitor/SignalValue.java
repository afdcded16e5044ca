package io.weathervane.monitor;

import java.time.Instant;
import java.util.OptionalDouble;

/**
 * Newest value of a signal.
 *
 * @param number what its limits are compared with; empty when it is unknown or quiet
 * @param at when it was heard, in the time of the watch
 * @param sequence of two values of one signal the later one has the greater
 * @param detail what the sender says, or why it is unknown; on one line, without secrets, of bounded length
 */
public record SignalValue(State state, OptionalDouble number, Instant at, long sequence, String detail) {
    /** State of a signal's value. */
    public enum State {
        /** It could not be learned, or is too old: neither good nor bad. */
        UNKNOWN,
        /** Its sender has nothing to report. */
        QUIET,
        /** A number. */
        MEASURED,
        /** Its sender says that something is wrong; with a number. */
        FIRING
    }

    public SignalValue {
        boolean counts = state == State.MEASURED || state == State.FIRING;
        if (counts != number.isPresent()) {
            throw new IllegalArgumentException("a signal that is " + state + " cannot have " + number);
        }
    }
}

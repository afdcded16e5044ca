package io.weathervane.util;

import org.jspecify.annotations.Nullable;

/**
 * Refusal of a request: nothing was done or changed. The message is a sentence for the caller: why, and what is allowed
 * or would help. Each package refuses by a type of its own, so that a caller can tell which rule it broke; every
 * transport shows the message.
 */
public abstract class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    protected RefusedException(String message) {
        super(message);
    }

    protected RefusedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** The message, never null. */
    public final String reason() {
        return String.valueOf(getMessage());
    }
}

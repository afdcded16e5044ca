package io.weathervane.util;

import org.jspecify.annotations.Nullable;

/**
 * What was asked is not done, and nothing changed. The message is a sentence for the caller: why, and what is allowed or would
 * help. Each package refuses by a type of its own, so that a caller can tell whose rule it was; every transport shows the message.
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

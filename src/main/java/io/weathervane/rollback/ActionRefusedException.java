package io.weathervane.rollback;

import io.weathervane.util.RefusedException;

/** What was asked was not done, and nothing changed; the message says why, and what would help. */
public final class ActionRefusedException extends RefusedException {
    private static final long serialVersionUID = 1L;

    ActionRefusedException(String message) {
        super(message);
    }

    ActionRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}

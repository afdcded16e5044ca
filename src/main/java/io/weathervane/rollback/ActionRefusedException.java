package io.weathervane.rollback;

import io.weathervane.util.RefusedException;

/** Refusal of a requested action: nothing changed, and the message says why and what would help. */
public final class ActionRefusedException extends RefusedException {
    private static final long serialVersionUID = 1L;

    ActionRefusedException(String message) {
        super(message);
    }

    ActionRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}

package io.weathervane.rollback;

import io.weathervane.util.RefusedException;

/** What was asked was not done, and nothing changed; the message says why, and what would help. */
public final class RollbackRefusedException extends RefusedException {
    private static final long serialVersionUID = 1L;

    RollbackRefusedException(String message) {
        super(message);
    }

    RollbackRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}

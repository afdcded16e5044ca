package io.weathervane.explanation;

import io.weathervane.util.RefusedException;

/** What was asked cannot be explained; the message says why, and what would help. */
final class ExplanationRefusedException extends RefusedException {
    private static final long serialVersionUID = 1L;

    ExplanationRefusedException(String message) {
        super(message);
    }

    ExplanationRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}

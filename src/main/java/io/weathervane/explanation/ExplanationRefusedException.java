package io.weathervane.explanation;

import io.weathervane.util.RefusedException;

/** Refusal to explain a decision; the message says why, and what would help. */
final class ExplanationRefusedException extends RefusedException {
    private static final long serialVersionUID = 1L;

    ExplanationRefusedException(String message) {
        super(message);
    }

    ExplanationRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}

package io.weathervane.signal;

import io.weathervane.util.RefusedException;

/** What was posted is not taken, and nothing changed. */
final class SignalRefusedException extends RefusedException {
    private static final long serialVersionUID = 1L;

    SignalRefusedException(String message) {
        super(message);
    }

    SignalRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}

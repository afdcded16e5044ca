package io.weathervane.signal;

import io.weathervane.util.RefusedException;

/** Refusal of a posted report: nothing changed. */
final class SignalRefusedException extends RefusedException {
    private static final long serialVersionUID = 1L;

    SignalRefusedException(String message) {
        super(message);
    }

    SignalRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}

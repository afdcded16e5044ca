package io.weathervane.policy;

import io.weathervane.util.RefusedException;

/** A threshold that the server cannot start with; the message names it, its value and what is allowed. */
public final class InvalidThresholdException extends RefusedException {
    private static final long serialVersionUID = 1L;

    InvalidThresholdException(String message) {
        super(message);
    }
}

package io.weathervane.cli;

import io.weathervane.util.RefusedException;

/** The command was understood and will not be done; the message says why and what to do. */
final class CommandFailedException extends RefusedException {
    private static final long serialVersionUID = 1L;

    CommandFailedException(String message) {
        super(message);
    }
}

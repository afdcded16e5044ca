package io.weathervane.cli;

import io.weathervane.util.RefusedException;

/** The words after a command do not make sense; the message says which, and what would. */
final class UsageException extends RefusedException {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}

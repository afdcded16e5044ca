package io.weathervane.cli;

/** The command was understood and will not be done; the message says why and what to do. */
final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
        super(message);
    }
}

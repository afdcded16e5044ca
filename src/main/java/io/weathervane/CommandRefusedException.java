package io.weathervane;

/** The command to be put in front of cannot be, and a sentence says why. */
final class CommandRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CommandRefusedException(String message) {
        super(message);
    }
}

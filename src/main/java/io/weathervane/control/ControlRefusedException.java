package io.weathervane.control;

/** What was asked was not done, and nothing changed; the message says why, and what would help. */
public final class ControlRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ControlRefusedException(String message) {
        super(message);
    }

    ControlRefusedException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The message, never null. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}

package io.weathervane.worker;

/** The manager did not do what it was asked, and nothing changed; the message says why, and what would help. */
public final class WorkerRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WorkerRefusedException(String message) {
        super(message);
    }

    WorkerRefusedException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The message, never null. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}

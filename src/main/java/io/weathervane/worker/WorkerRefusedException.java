package io.weathervane.worker;

import io.weathervane.util.RefusedException;
import java.util.Optional;

/** The manager did not do what it was asked, and nothing changed; the message says why, and what would help. */
public final class WorkerRefusedException extends RefusedException {
    private static final long serialVersionUID = 1L;

    private final transient Optional<Integer> exitCode;

    public WorkerRefusedException(String message) {
        super(message);
        this.exitCode = Optional.empty();
    }

    public WorkerRefusedException(String message, Throwable cause) {
        this(message, Optional.empty(), cause);
    }

    /** @param exitCode of a worker that ended at its start */
    public WorkerRefusedException(String message, Optional<Integer> exitCode, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    public Optional<Integer> exitCode() {
        return exitCode;
    }
}

package io.weathervane.worker;

import io.weathervane.util.RefusedException;
import java.util.Optional;

/** The manager did not do what it was asked, and nothing changed; the message says why, and what would help. */
public final class WorkerActionRefusedException extends RefusedException {
    private static final long serialVersionUID = 1L;

    private final transient Optional<Integer> exitCode;

    public WorkerActionRefusedException(String message) {
        super(message);
        this.exitCode = Optional.empty();
    }

    public WorkerActionRefusedException(String message, Throwable cause) {
        this(message, Optional.empty(), cause);
    }

    /** @param exitCode of a worker that ended at its start */
    public WorkerActionRefusedException(String message, Optional<Integer> exitCode, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    public Optional<Integer> exitCode() {
        return exitCode;
    }
}

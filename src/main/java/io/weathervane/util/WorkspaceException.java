package io.weathervane.util;

/** The workspace folder is not there or cannot be used; the message names it and says what to do. */
public final class WorkspaceException extends RefusedException {
    private static final long serialVersionUID = 1L;

    public WorkspaceException(String message) {
        super(message);
    }

    public WorkspaceException(String message, Throwable cause) {
        super(message, cause);
    }
}

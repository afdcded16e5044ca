package io.weathervane.incident;

import io.weathervane.util.RefusedException;
import org.jspecify.annotations.Nullable;

/** Evidence or a report could not be made; nothing half was left behind. The message is for the caller. */
public final class IncidentException extends RefusedException {
    private static final long serialVersionUID = 1L;

    public IncidentException(String message) {
        super(message);
    }

    public IncidentException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

package io.weathervane.settings;

import io.weathervane.util.RefusedException;
import org.jspecify.annotations.Nullable;

/** The configuration cannot be used; the message says where, what is allowed, and the nearest known word. */
public final class SettingsException extends RefusedException {
    private static final long serialVersionUID = 1L;

    public SettingsException(String message) {
        super(message);
    }

    public SettingsException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

package io.weathervane.settings;

import org.jspecify.annotations.Nullable;

/** The configuration cannot be used; the message says where, what is allowed, and the nearest known word. */
public final class SettingsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public SettingsException(String message) {
        super(message);
    }

    public SettingsException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

package io.weathervane.config;

import io.weathervane.util.RefusedException;
import org.jspecify.annotations.Nullable;

/** The configuration cannot be used; the message says where, what is allowed, and the nearest known word. */
public final class ConfigException extends RefusedException {
    private static final long serialVersionUID = 1L;

    public ConfigException(String message) {
        super(message);
    }

    public ConfigException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

package io.weathervane.config;

import io.weathervane.util.RefusedException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The configuration cannot be used; the message says where, what is allowed, and the nearest known word. */
public final class ConfigException extends RefusedException {
    private static final long serialVersionUID = 1L;

    private final @Nullable String pointer;

    public ConfigException(String message) {
        this(message, null);
    }

    public ConfigException(String message, @Nullable Throwable cause) {
        this(message, cause, null);
    }

    /** @param pointer the JSON Pointer of the key whose value is refused */
    ConfigException(String message, @Nullable Throwable cause, @Nullable String pointer) {
        super(message, cause);
        this.pointer = pointer;
    }

    /** The JSON Pointer of the key whose value is refused; empty when the fault is not one key's. */
    Optional<String> pointer() {
        return Optional.ofNullable(pointer);
    }
}

package io.weathervane.auth;

import io.weathervane.util.RefusedException;

/** The token file cannot be used; the message is for the operator who keeps it, and has nothing of its content. */
public final class TokenFileException extends RefusedException {
    private static final long serialVersionUID = 1L;

    TokenFileException(String message) {
        super(message);
    }

    TokenFileException(String message, Throwable cause) {
        super(message, cause);
    }
}

package io.weathervane.transport.http;

import io.weathervane.util.RefusedException;

/** The HTTP server cannot listen where it was told to; the message is for the person who started it. */
public final class HttpStartException extends RefusedException {
    private static final long serialVersionUID = 1L;

    HttpStartException(String message) {
        super(message);
    }

    HttpStartException(String message, Throwable cause) {
        super(message, cause);
    }
}

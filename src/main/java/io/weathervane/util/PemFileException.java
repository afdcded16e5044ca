package io.weathervane.util;

import java.io.IOException;

/** A file in PEM is not what it should be; the message says which and why, and has nothing of its content. */
public final class PemFileException extends IOException {
    private static final long serialVersionUID = 1L;

    PemFileException(String message) {
        super(message);
    }

    PemFileException(String message, Throwable cause) {
        super(message, cause);
    }
}

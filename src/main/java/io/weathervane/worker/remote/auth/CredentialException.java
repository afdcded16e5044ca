package io.weathervane.worker.remote.auth;

import java.io.IOException;

/** There are no credentials for a request now; the message says why, for an operator, and has no secret. */
final class CredentialException extends IOException {
    private static final long serialVersionUID = 1L;

    CredentialException(String message) {
        super(message);
    }

    CredentialException(String message, Throwable cause) {
        super(message, cause);
    }
}

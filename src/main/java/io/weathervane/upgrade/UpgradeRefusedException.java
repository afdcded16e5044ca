package io.weathervane.upgrade;

import io.weathervane.util.RefusedException;

/** Refusal of a request about an upgrade: nothing changed, and the message says why and what would help. */
public final class UpgradeRefusedException extends RefusedException {
    private static final long serialVersionUID = 1L;

    UpgradeRefusedException(String message) {
        super(message);
    }

    UpgradeRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}

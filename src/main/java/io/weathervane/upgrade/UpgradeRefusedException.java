package io.weathervane.upgrade;

import io.weathervane.util.RefusedException;

/** What was asked of an upgrade was not done, and nothing changed; the message says why, and what would help. */
public final class UpgradeRefusedException extends RefusedException {
    private static final long serialVersionUID = 1L;

    UpgradeRefusedException(String message) {
        super(message);
    }

    UpgradeRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}

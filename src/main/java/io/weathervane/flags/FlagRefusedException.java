package io.weathervane.flags;

import io.weathervane.util.RefusedException;

/** A change was refused and nothing was written; the message names what was wrong and what is allowed. */
final class FlagRefusedException extends RefusedException {
    private static final long serialVersionUID = 1L;

    public FlagRefusedException(String message) {
        super(message);
    }
}

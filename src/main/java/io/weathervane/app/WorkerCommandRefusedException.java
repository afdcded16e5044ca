package io.weathervane.app;

import io.weathervane.util.RefusedException;

/** The command to be put in front of cannot be, and a sentence says why. */
final class WorkerCommandRefusedException extends RefusedException {
    private static final long serialVersionUID = 1L;

    WorkerCommandRefusedException(String message) {
        super(message);
    }
}

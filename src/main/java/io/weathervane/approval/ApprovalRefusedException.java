package io.weathervane.approval;

import io.weathervane.util.RefusedException;

/** An approval is not there, not granted, not this caller's, or not theirs to grant; nothing changed. */
final class ApprovalRefusedException extends RefusedException {
    private static final long serialVersionUID = 1L;

    ApprovalRefusedException(String message) {
        super(message);
    }
}

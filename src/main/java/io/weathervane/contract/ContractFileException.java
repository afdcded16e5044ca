package io.weathervane.contract;

import io.weathervane.util.RefusedException;

/** A contract file cannot be read or written as one; the message says which file, where in it, and what is allowed. */
public final class ContractFileException extends RefusedException {
    private static final long serialVersionUID = 1L;

    ContractFileException(String message) {
        super(message);
    }
}

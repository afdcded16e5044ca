package io.weathervane.contract.enforcement;

import io.weathervane.util.RefusedException;

/** Refusal of a request about a contract; the message says why, and what is allowed. */
public final class ContractRefusedException extends RefusedException {
    private static final long serialVersionUID = 1L;

    ContractRefusedException(String message) {
        super(message);
    }
}

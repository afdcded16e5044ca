package io.weathervane.block;

import io.weathervane.util.RefusedException;

/** A block is not there, or not one that can be lifted; nothing changed. */
final class BlockRefusedException extends RefusedException {
    private static final long serialVersionUID = 1L;

    BlockRefusedException(String message) {
        super(message);
    }
}
